using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>
/// However a person vanishes, what they and FRED said stands in the notes, each message once; and nobody who is back is
/// thrown out. The grace for the vanished is short here, so that the tests are.
/// </summary>
public abstract class ComingAndGoing(Stage stage) : TwoPeople(stage)
{
    /// <summary>Seconds.</summary>
    protected const int Grace = 4;

    protected static readonly string ShortGrace = $"Calls:Grace=00:00:0{Grace}";

    /// <summary>Both are in the call, and the founder has asked FRED one thing.</summary>
    protected override async Task BeginAsync()
    {
        await BothJoinAsync();
        await Fiona.OpenFredAsync();
        await Fiona.AskFredAsync("I keep putting off the pricing talk.");
    }

    protected Task<int> OpenParticipationsAsync() =>
        Database.AskAsync(db => db.Participations.CountAsync(p => p.SessionId == Session.Id && p.EndedAt == null && p.JoinedAt != null));

    /// <summary>Waits until the notes hold that many questions and answers, and a little longer to see that no more come.</summary>
    protected async Task NotesHoldAsync(int exchanges, NoteVisibility visibility = NoteVisibility.Shared, double patience = 60)
    {
        Task<List<ChatRole?>> Roles(CoachingPortal.Data.PortalDb db) =>
            db.Notes.Where(n => n.SessionId == Session.Id && n.Kind == NoteKind.Fred && n.Visibility == visibility).OrderBy(n => n.Number).Select(n => n.ChatRole).ToListAsync();
        await Database.UntilAsync(Roles, r => r.Count >= 2 * exchanges, $"{exchanges} exchanges in the notes", patience);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        var asker = visibility == NoteVisibility.Shared ? ChatRole.Founder : ChatRole.Coach;
        Assert.Equal(
            Enumerable.Range(0, exchanges).SelectMany(_ => new ChatRole?[] { asker, ChatRole.Fred }),
            await Database.AskAsync(Roles));
    }
}
