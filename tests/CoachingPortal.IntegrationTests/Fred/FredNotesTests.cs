using CoachingPortal.Domain;
using CoachingPortal.Fred;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Fred;

public sealed class FredNotesTests(FredNotesTests.PortalThatDoesNotSweep portal) : IClassFixture<FredNotesTests.PortalThatDoesNotSweep>
{
    /// <summary>Its sweep would append the messages before the test does.</summary>
    public sealed class PortalThatDoesNotSweep(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Calls:Grace"] = "00:10:00", ["Calls:SweepEvery"] = "01:00:00" };
    }

    private static readonly DateTimeOffset At = new(2026, 11, 21, 14, 3, 22, TimeSpan.Zero);

    [Fact]
    public async Task Append_FounderMessages_StandUnderTheManualNotesInOrder()
    {
        var session = await portal.ASessionAsync();
        await AddAsync(new NoteEntry { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "By hand", CreatedAt = At });
        await SayAsync(session, portal.Founder, ChatRole.Founder, "How do I tell the team?");
        await SayAsync(session, portal.Founder, ChatRole.Fred, "What do they know already?");

        Assert.Equal(2, await AppendAsync(session, portal.Founder));
        Assert.Equal(0, await AppendAsync(session, portal.Founder));

        var text = await portal.InDbAsync(db => NotesText.OfSessionAsync(db, session.Id, forCoach: false));
        Assert.Equal("By hand\n2026-11-21 14:03:22Z FOUNDER: How do I tell the team?\n2026-11-21 14:03:22Z FRED: What do they know already?", text);
    }

    [Fact]
    public async Task Append_MoreSaidAfterwards_AddsOnlyThat()
    {
        var session = await portal.ASessionAsync();
        await SayAsync(session, portal.Founder, ChatRole.Founder, "one");
        await AppendAsync(session, portal.Founder);
        await SayAsync(session, portal.Founder, ChatRole.Founder, "two");

        Assert.Equal(1, await AppendAsync(session, portal.Founder));

        Assert.Equal(["one", "two"], await TextsAsync(session));
    }

    [Fact]
    public async Task Append_CoachMessages_AreForTheCoachAlone()
    {
        var session = await portal.ASessionAsync();
        await SayAsync(session, portal.Coach, ChatRole.Coach, "She avoids the topic");
        await AppendAsync(session, portal.Coach);

        Assert.Equal("", await portal.InDbAsync(db => NotesText.OfSessionAsync(db, session.Id, forCoach: false)));
        Assert.Contains("COACH: She avoids the topic", await portal.InDbAsync(db => NotesText.OfSessionAsync(db, session.Id, forCoach: true)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_ManyAtOnceWhileMessagesArrive_EachMessageExactlyOnce()
    {
        var session = await portal.ASessionAsync();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
                await SayAsync(session, portal.Founder, i % 2 == 0 ? ChatRole.Founder : ChatRole.Fred, $"message {i:00}");
        });
        var appended = 0;
        var appenders = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!writer.IsCompleted)
                Interlocked.Add(ref appended, await AppendAsync(session, portal.Founder));
        })).ToList();
        await writer;
        await Task.WhenAll(appenders);
        appended += await AppendAsync(session, portal.Founder);

        Assert.Equal(60, appended);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"message {i:00}"), await TextsAsync(session));
        Assert.False(await portal.InDbAsync(db => db.ChatMessages.AnyAsync(m => m.SessionId == session.Id && m.AppendedAt == null)));
    }

    [Fact]
    public async Task Append_NoTransaction_Refuses()
    {
        var session = await portal.ASessionAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => portal.InDbAsync(db => FredNotes.AppendAsync(db, session.Id, portal.Founder.Id, At)));
    }

    private Task<int> AppendAsync(CoachingSession session, Person person) => portal.InDbAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var count = await FredNotes.AppendAsync(db, session.Id, person.Id, DateTimeOffset.UtcNow);
        await transaction.CommitAsync();
        return count;
    });

    private Task<List<string>> TextsAsync(CoachingSession session) =>
        portal.InDbAsync(db => db.Notes.Where(n => n.SessionId == session.Id).OrderBy(n => n.Number).Select(n => n.Text).ToListAsync());

    private Task SayAsync(CoachingSession session, Person person, ChatRole role, string text) =>
        AddAsync(new ChatMessage { SessionId = session.Id, PersonId = person.Id, Role = role, Text = text, CreatedAt = At });

    private Task AddAsync(object entity) => portal.InDbAsync(async db =>
    {
        db.Add(entity);
        await db.SaveChangesAsync();
    });
}
