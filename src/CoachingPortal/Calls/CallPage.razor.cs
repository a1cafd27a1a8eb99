using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Privacy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

/// <summary>Lobby and call of one session, one page, so that the devices opened for the preview are the ones used.</summary>
public sealed partial class CallPage(
    IDbContextFactory<PortalDb> databases, LiveKitServer mediaServer, LiveKitTickets tickets, CallModules modules, IOptions<TranscriptionOptions> transcription, TimeProvider time, NavigationManager navigation) : ComponentBase
{
    private const string Boot = "js/call/boot.js";

    private LobbyView? view;

    [Parameter]
    public Guid Id { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        var caller = Caller.From((await Authentication).User);
        await using var db = await databases.CreateDbContextAsync();
        var wording = ConsentWording.TranscriptBy(transcription.Value.SentTo);
        view = await db.LobbyAsync(Id, caller, time.GetUtcNow()) is { } lobby
            ? lobby with { Transcript = wording, AgreesToTranscript = await Consents.HasAgreedToAsync(db, Id, caller.Id, wording, time.GetUtcNow()) }
            : null;
        if (view is null)
            navigation.NotFound();
    }

    internal static string RoleWord(LobbyPerson person) => person.Role == Role.Founder ? "founder" : "coach";
}
