using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using CoachingPortal.Accounts;
using CoachingPortal.Admin;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Shell;

/// <summary>
/// What an interactive page is drawn with before its circuit runs: whatever is pressed or typed there is heard by nobody,
/// so none of it may be pressed or typed into yet.
/// </summary>
public sealed class EarlyPressTests(Portal portal) : IClassFixture<Portal>
{
    private const string Controls = "button, input:not([type=hidden]), select, textarea";

    [Fact]
    public async Task InteractivePages_AsTheServerDrawsThem_OfferNothingThatNobodyHears()
    {
        var world = await AWorldAsync();
        (string Page, Person Viewer, string Path, string[] MustHold)[] visits =
        [
            ("/", portal.Founder, "/", ["fred-call"]),
            ("/", portal.Coach, "/", []),
            ("/", portal.Admin, "/", []),
            ("/sessions", portal.Coach, "/sessions", ["sessions-search"]),
            ("/admin/sessions", portal.Admin, "/admin/sessions", ["sessions-search"]),
            ("/sessions/new", portal.Coach, "/sessions/new", ["schedule-title", "schedule-founder", "schedule-save"]),
            ("/sessions/new", portal.Admin, "/sessions/new", ["schedule-coach"]),
            ("/sessions/{Id:guid}/edit", portal.Coach, $"/sessions/{world.Held}/edit", ["schedule-starts", "session-cancel"]),
            ("/sessions/{Id:guid}/edit", portal.Coach, $"/sessions/{world.Cancelled}/edit", ["session-restore"]),
            ("/sessions/deleted", portal.Coach, "/sessions/deleted", ["restore"]),
            ("/sessions/{id:guid}", portal.Coach, $"/sessions/{world.Held}", ["session-delete", "tag-add", "tag-remove", "post-call-retry", "summary-edit", "decision-add", "decision-edit-1", "decision-remove-1", "evidence", "find-words", "find-on", "comment-add", "action-add", "action-done-1", "note-add", "note-edit-1", "speakers-open"]),
            ("/sessions/{id:guid}", portal.Founder, $"/sessions/{world.Held}", ["action-add", "action-done-1", "note-add"]),
            ("/people", portal.Admin, "/people", ["invite-open", "people-search", "people-role", $"person-role-{portal.Founder.Email}", $"person-tier-{portal.Founder.Email}", $"person-deactivate-{portal.Founder.Email}", "invitation-revoke-new@example.test"]),
            ("/agents", portal.Admin, "/agents", ["agent-name", "agent-create", "agent-revoke-A recogniser"]),
            ("/system", portal.Admin, "/system", ["system-check"]),
        ];
        var interactive = portal.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type is { } page && page.IsDefined(typeof(RenderModeAttribute), inherit: true))
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).ToHashSet();
        Assert.Equal(interactive.Order(), visits.Select(v => v.Page).Distinct().Order());

        var faults = new List<string>();
        foreach (var (_, viewer, path, mustHold) in visits)
        {
            using var client = portal.SignedIn(viewer);
            var drawn = Interactive(new HtmlParser().ParseDocument(await client.GetStringAsync(path)));
            faults.AddRange(drawn.Where(e => !Waits(e)).Select(e => $"{path} as {viewer.Role}: {e.OuterHtml}"));
            faults.AddRange(mustHold.Where(id => drawn.All(e => e.GetAttribute("data-testid") != id)).Select(id => $"{path} as {viewer.Role}: no {id}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Transcript_BesideItsRecording_OffersNoMomentBeforeThePlayerListens()
    {
        var world = await AWorldAsync();
        using var client = portal.SignedIn(portal.Founder);

        var drawn = Interactive(new HtmlParser().ParseDocument(await client.GetStringAsync($"/sessions/{world.Held}")));

        var moment = Assert.Single(drawn, e => e.GetAttribute("aria-label") == "Play from 0:10");
        Assert.True(Waits(moment));
    }

    [Fact]
    public async Task Lobby_BeforeItsScript_OffersOnlyWhatIsReadLater()
    {
        // These hold what they are set to until Join reads them, and Join waits for the script.
        string[] readLater = ["recording-toggle", "consent-recording", "consent-transcript", "camera-select", "microphone-select", "speaker-select"];
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(portal.Founder);

        var lobby = new HtmlParser().ParseDocument(await client.GetStringAsync($"/sessions/{session.Id}/call")).QuerySelector("#lobby")!;

        var offered = lobby.QuerySelectorAll(Controls).Where(e => !Waits(e)).Select(e => e.GetAttribute("data-testid")!);
        Assert.Equal(readLater.Order(), offered.Order());
    }

    private static bool Waits(IElement control) => control.HasAttribute("disabled") || control.Closest("fieldset[disabled]") is not null;

    /// <summary>The controls inside components with a render mode: Blazor marks where they begin and end.</summary>
    private static List<IElement> Interactive(IDocument page)
    {
        var found = new List<IElement>();
        var depth = 0;
        foreach (var node in page.DocumentElement.GetDescendants())
        {
            if (node is IComment { Data: var mark } && mark.StartsWith("Blazor:", StringComparison.Ordinal) && mark.Contains("prerenderId", StringComparison.Ordinal))
                depth += mark.Contains("\"type\":\"server\"", StringComparison.Ordinal) ? 1 : -1;
            else if (depth > 0 && node is IElement element && element.Matches(Controls))
                found.Add(element);
        }
        Assert.Equal(0, depth);
        return found;
    }

    /// <summary>Something of everything that a page can offer.</summary>
    private async Task<World> AWorldAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var start = now.AddHours(-1);
        var held = await portal.ASessionAsync(change: s =>
        {
            (s.StartsAt, s.EndsAt) = (start, now.AddHours(1));
            (s.Tags, s.Summary, s.SummarySource, s.SummaryAt) = (["pricing"], "They talked.", SummarySource.Hand, now);
        });
        var cancelled = await portal.ASessionAsync(change: s => s.CancelledAt = now);
        await portal.ASessionAsync(change: s => (s.DeletedAt, s.DeletedById) = (now, portal.Coach.Id));
        var call = new Call { SessionId = held.Id, StartedAt = start, EndedAt = start.AddMinutes(20) };
        var turn = new Turn { SessionId = held.Id, CallId = call.Id, Speaker = "Fiona", Role = Role.Founder, Text = "We raise the price.", StartedAt = start.AddSeconds(10), EndedAt = start.AddSeconds(12), Source = TurnSource.Caption, Key = "k" };
        await portal.InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(
                turn,
                new Recording { SessionId = held.Id, CallId = call.Id, RequestedById = portal.Founder.Id, Status = RecordingStatus.Complete, StartedAt = start, EndedAt = start.AddMinutes(20), DurationMs = 1_200_000, SampleRate = 16000 },
                new SessionItem { SessionId = held.Id, Kind = ItemKind.Decision, Text = "Raise it", Source = SummarySource.Hand, EvidenceTurnIds = [turn.Id], CreatedAt = now },
                new SessionItem { SessionId = held.Id, Kind = ItemKind.NextAction, Text = "Tell them", Owner = Role.Founder, Source = SummarySource.Hand, CreatedAt = now },
                new NoteEntry { SessionId = held.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "A thought", CreatedAt = now },
                new PostCallStep { CallId = call.Id, SessionId = held.Id, Name = "summarise", Position = 3, Status = StepStatus.Failed, Attempts = 1, Error = "The model did not answer." });
            await db.SaveChangesAsync();
        });
        await portal.Get<Invitations>().InviteAsync(portal.Admin.Id, "new@example.test", null, Role.Founder, Tier.Free);
        await portal.Get<AgentAdmin>().CreateAsync(portal.Admin.Id, "A recogniser", [AgentScopes.WriteTurns]);
        return new(held.Id, cancelled.Id);
    }

    private sealed record World(Guid Held, Guid Cancelled);
}
