using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using CoachingPortal.Privacy;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts.Corrections;
using CoachingPortal.Transcripts.Transcription;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class CorrectionsTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 10, 0, 0, TimeSpan.Zero);

    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);
    private Caller Founder => new(portal.Founder.Id, Role.Founder, portal.Founder.Name);

    private TurnCorrections Corrections => portal.Get<TurnCorrections>();

    private SpeakerNames Speakers => portal.Get<SpeakerNames>();

    [Fact]
    public async Task Correct_ByTheFounder_StandsEverywhereAndKeepsWhoWhenAndTheWordsBefore()
    {
        var (session, _, turn) = await ASessionAsync("we braise mice");
        var told = new TaskCompletionSource<SessionChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ear = portal.Get<SessionFeed>().Subscribe(session.Id, (_, change) =>
        {
            if (change == SessionChange.Turns)
                told.TrySetResult(change);
            return Task.CompletedTask;
        });
        using var founder = portal.SignedIn(portal.Founder);
        using var coach = portal.SignedIn(portal.Coach);

        var response = await founder.PutAsJsonAsync(PathOf(turn), new { text = " We raise\r\nquixotic\tprices \u0007", version = "we braise mice" });

        Assert.Equal("We raise\nquixotic prices", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetString());
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var standing = await portal.InDbAsync(db => db.Turns.SingleAsync(t => t.Id == turn.Id));
        Assert.Equal(("We raise\nquixotic prices", TurnSource.Hand, null), (standing.Text, standing.Source, standing.Confidence));
        var kept = await portal.InDbAsync(db => db.TurnCorrections.SingleAsync(c => c.SessionId == session.Id));
        Assert.Equal((turn.Id, portal.Founder.Id, "we braise mice", 0.3), (kept.TurnId, kept.PersonId, kept.TextBefore, kept.ConfidenceBefore));
        Assert.InRange(kept.CorrectedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("FOUNDER: We raise quixotic prices\n", await coach.GetStringAsync($"/api/coaching/sessions/{session.Id}/transcript.txt"));
        Assert.Contains("quixotic", await coach.GetStringAsync("/api/search?q=quixotic"), StringComparison.Ordinal);
        Assert.Contains("\"hits\":[]", await coach.GetStringAsync("/api/search?q=braise"), StringComparison.Ordinal);
        var page = await coach.GetStringAsync($"/sessions/{session.Id}");
        var mark = page[page.IndexOf("data-testid=\"turn-corrected\"", StringComparison.Ordinal)..];
        Assert.Matches($"^[^<]*<summary>corrected</summary><p>{portal.Founder.Name}, <time [^<]*</time>. Before: <q>we braise mice</q>", mark.ReplaceLineEndings(""));
        Assert.DoesNotContain("may be misheard", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Correct_ByManyAtOnce_OneStandsAndTheOthersAreToldOfIt()
    {
        var (session, _, turn) = await ASessionAsync("one");

        var saves = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Corrections.SaveAsync(session.Id, turn.Id, i % 2 == 0 ? Coach : Founder, $"by {i}", "one")));

        Assert.Single(saves, s => s.Outcome == CorrectionOutcome.Done);
        var standing = (await portal.InDbAsync(db => db.Turns.SingleAsync(t => t.Id == turn.Id))).Text;
        Assert.All(saves.Where(s => s.Outcome != CorrectionOutcome.Done), s => Assert.Equal((CorrectionOutcome.Conflict, standing), (s.Outcome, s.Text)));
        Assert.Equal("one", (await portal.InDbAsync(db => db.TurnCorrections.SingleAsync(c => c.TurnId == turn.Id))).TextBefore);
    }

    [Fact]
    public async Task Correct_TheSameWordsAgain_IsSavedOnce_AndEarlierWordsStayToBeRead()
    {
        var (session, _, turn) = await ASessionAsync("one");

        Assert.Equal(CorrectionOutcome.Done, (await Corrections.SaveAsync(session.Id, turn.Id, Coach, "two", "one")).Outcome);
        Assert.Equal(CorrectionOutcome.Done, (await Corrections.SaveAsync(session.Id, turn.Id, Coach, "two", "one")).Outcome);
        Assert.Equal(CorrectionOutcome.Done, (await Corrections.SaveAsync(session.Id, turn.Id, Founder, "three", "two")).Outcome);

        var material = await portal.Get<SessionReader>().LoadAsync(session.Id, Coach);
        var corrected = Assert.Single(material!.Turns).Corrected!;
        Assert.Equal((portal.Founder.Name, "two", portal.Coach.Name, "one"), (corrected.By, corrected.Before, corrected.Earlier!.By, corrected.Earlier.Before));
        Assert.Null(corrected.Earlier.Earlier);
        Assert.Equal(material.Turns, (await portal.Get<SessionReader>().LoadAsync(session.Id, Founder))!.Turns);
    }

    [Fact]
    public async Task Correct_WhatIsNotTheirsOrNoLongerShown_IsNotThere()
    {
        var (session, _, turn) = await ASessionAsync("one");
        var (other, _, _) = await ASessionAsync("one");
        var (replaced, _, old) = await ASessionAsync("one");
        await portal.InDbAsync(db => db.Turns.Where(t => t.Id == old.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.SupersededAt, DateTimeOffset.UtcNow)));

        Assert.Equal(CorrectionOutcome.NotFound, (await Corrections.SaveAsync(session.Id, turn.Id, new(portal.OtherCoach.Id, Role.Coach, ""), "two", "one")).Outcome);
        Assert.Equal(CorrectionOutcome.NotFound, (await Corrections.SaveAsync(other.Id, turn.Id, Coach, "two", "one")).Outcome);
        Assert.Equal(CorrectionOutcome.NotFound, (await Corrections.SaveAsync(replaced.Id, old.Id, Coach, "two", "one")).Outcome);
        Assert.Equal(CorrectionOutcome.NotFound, (await Speakers.RenameAsync(session.Id, new(portal.Admin.Id, Role.Admin, ""), new(portal.Founder.Name, Role.Founder), new("X", null))).Outcome);
        Assert.Equal(0, await portal.InDbAsync(db => db.TurnCorrections.CountAsync(c => c.SessionId == session.Id || c.SessionId == other.Id || c.SessionId == replaced.Id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\u0001 ")]
    [InlineData(null)]
    [InlineData("x*8001")]
    public async Task Correct_ByNothingOrTooMuch_IsRefusedInWords(string? text)
    {
        var (_, _, turn) = await ASessionAsync("one");
        using var coach = portal.SignedIn(portal.Coach);

        var response = await coach.PutAsJsonAsync(PathOf(turn), new { text = text == "x*8001" ? new string('x', 8001) : text, version = "one" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("A turn ", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_MadeBeforeACorrection_SaysSoUntilItIsMadeAgainOrWrittenByHand()
    {
        var (session, _, turn) = await ASessionAsync("one");
        var made = DateTimeOffset.UtcNow.AddMinutes(-1);
        await SummariseAsync(SummarySource.Offline, made);
        Assert.False(await IsOutdatedAsync());

        await Corrections.SaveAsync(session.Id, turn.Id, Founder, "two", "one");
        Assert.True(await IsOutdatedAsync());
        using var founder = portal.SignedIn(portal.Founder);
        Assert.Contains("The transcript was corrected after this summary was made.", await founder.GetStringAsync($"/sessions/{session.Id}"), StringComparison.Ordinal);
        await SummariseAsync(SummarySource.Hand, made);
        Assert.False(await IsOutdatedAsync());
        await SummariseAsync(SummarySource.Offline, DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.False(await IsOutdatedAsync());

        async Task<bool> IsOutdatedAsync() => (await portal.Get<SessionReader>().LoadAsync(session.Id, Coach))!.Head.IsSummaryOutdated;

        Task SummariseAsync(SummarySource source, DateTimeOffset at) => portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.Summary, "They talked.").SetProperty(s => s.SummarySource, source).SetProperty(s => s.SummaryAt, at)));
    }

    [Fact]
    public async Task Lists_MadeBeforeACorrection_SaySoBesideASummaryByHandUntilTheyAreMadeAgain()
    {
        var (session, _, turn) = await ASessionAsync("one");
        await portal.InDbAsync(async db =>
        {
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = "By the coach", Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow.AddMinutes(-1) });
            await db.SaveChangesAsync();
            await db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.Summary, "Mine.").SetProperty(s => s.SummarySource, SummarySource.Hand).SetProperty(s => s.SummaryAt, DateTimeOffset.UtcNow));
        });
        await Corrections.SaveAsync(session.Id, turn.Id, Founder, "I'll rewrite the pricing page.", "one");
        Assert.False(await AreOutdatedAsync());
        await portal.InDbAsync(db =>
        {
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = "FRED's", Source = SummarySource.Offline, CreatedAt = DateTimeOffset.UtcNow.AddMinutes(-1) });
            return db.SaveChangesAsync();
        });

        Assert.True(await AreOutdatedAsync());
        using var founder = portal.SignedIn(portal.Founder);
        Assert.Contains("The transcript was corrected after the decisions, actions and questions were taken from it.", await founder.GetStringAsync($"/sessions/{session.Id}"), StringComparison.Ordinal);
        Assert.Equal(MadeAgain.ListsAlone, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach));
        Assert.False(await AreOutdatedAsync());
        Assert.Contains("Rewrite the pricing page", await portal.InDbAsync(db => db.Items.Where(i => i.SessionId == session.Id).Select(i => i.Text).ToListAsync()));

        async Task<bool> AreOutdatedAsync() => (await portal.Get<SessionReader>().LoadAsync(session.Id, Coach))!.Head.AreListsOutdated;
    }

    [Fact]
    public async Task Speaker_SaidToBeTheCoach_IsItInAllTheirTurnsAndCanBeTakenBack()
    {
        var (session, call, _) = await ASessionAsync("one");
        await AddAsync(session, call, "Speaker 2", null, null, 20, "two");
        await AddAsync(session, call, "Speaker 2", null, null, 40, "three");

        var renamed = await Speakers.RenameAsync(session.Id, Founder, new("Speaker 2", null), new(" Carla\n", Role.Coach));

        Assert.Equal([("Fiona Founder", Role.Founder, portal.Founder.Id), ("Carla", Role.Coach, portal.Coach.Id), ("Carla", Role.Coach, portal.Coach.Id)], await WhoAsync(session));
        var kept = await portal.InDbAsync(db => db.SpeakerCorrections.SingleAsync(c => c.SessionId == session.Id));
        Assert.Equal((portal.Founder.Id, "Speaker 2", null, 2, "Carla"), (kept.PersonId, kept.SpeakerBefore, kept.RoleBefore, kept.TurnIds.Length, kept.Speaker));
        Assert.Equal([TurnSource.Caption, TurnSource.Hand, TurnSource.Hand], await portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Source).ToListAsync()));

        Assert.Equal(CorrectionOutcome.Conflict, (await Speakers.RenameAsync(session.Id, Coach, new("Speaker 2", null), new("Somebody", null))).Outcome);
        Assert.Equal(CorrectionOutcome.Done, (await Speakers.UndoAsync(renamed.Correction!, Founder)).Outcome);
        Assert.Equal([("Fiona Founder", Role.Founder, portal.Founder.Id), ("Speaker 2", null, null), ("Speaker 2", null, null)], await WhoAsync(session));
    }

    [Fact]
    public async Task Speaker_GivenTheWordsOfWhoRefusedATranscript_IsRefused()
    {
        var (session, call, _) = await ASessionAsync("one");
        await AddAsync(session, call, "Speaker 2", null, null, 20, "two");
        await portal.InDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Consents.AnswerAsync(db, session.Id, portal.Coach.Id, ConsentWording.Transcript, granted: false, DateTimeOffset.UtcNow);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        });

        await Assert.ThrowsAsync<ArgumentException>(() => Speakers.RenameAsync(session.Id, Founder, new("Speaker 2", null), new("Carla", Role.Coach)));
        await Assert.ThrowsAsync<ArgumentException>(() => Speakers.RenameAsync(session.Id, Founder, new("Speaker 2", null), new(" \n", null)));
        await Assert.ThrowsAsync<ArgumentException>(() => Speakers.RenameAsync(session.Id, Founder, new("Speaker 2", null), new(new string('x', 101), null)));
    }

    [Fact]
    public async Task Transcription_OfATrackWhoseWordsWereGivenToAnother_SaysThemNotAgain()
    {
        var (session, call, _) = await ASessionAsync("one");
        await AddAsync(session, call, portal.Coach.Name, Role.Coach, portal.Coach.Id, 20, "ours");
        await Speakers.RenameAsync(session.Id, Coach, new(portal.Coach.Name, Role.Coach), new(portal.Founder.Name, Role.Founder));
        var heard = new HeardPerson(portal.Coach.Id, [new(call.StartedAt, call.EndedAt!.Value)],
        [
            new(portal.Coach.Id, portal.Coach.Name, Role.Coach, "ours, heard", Start.AddSeconds(20), Start.AddSeconds(24), 0.9, "en"),
            new(portal.Coach.Id, portal.Coach.Name, Role.Coach, "later", Start.AddSeconds(60), Start.AddSeconds(64), 0.9, "en"),
        ]);

        await portal.InDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await TurnReplacement.WriteAsync(db, call, [heard], DateTimeOffset.UtcNow, CancellationToken.None);
            await transaction.CommitAsync();
        });

        Assert.Equal(["one", "ours", "later"], await portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Text).ToListAsync()));
    }

    [Fact]
    public async Task Agent_SendingItsTranscriptAgain_LeavesWhatWasCorrectedInIt()
    {
        var session = await portal.AnAgreedSessionAsync();
        using var coach = portal.SignedIn(portal.Coach);
        object Sent(string second) => new
        {
            roomName = session.RoomName, summary = "They talked.", replace = true,
            transcript = new[] { new { role = "founder", text = "first", start = 0, end = 5 }, new { role = "coach", text = second, start = 6, end = 9 } },
        };
        Assert.Equal(HttpStatusCode.OK, (await coach.PostAsJsonAsync("/api/fred/call/summary", Sent("secund"))).StatusCode);
        var wrong = await portal.InDbAsync(db => db.Turns.SingleAsync(t => t.SessionId == session.Id && t.Text == "secund"));
        await Corrections.SaveAsync(session.Id, wrong.Id, Coach, "second", "secund");

        Assert.Equal(HttpStatusCode.OK, (await coach.PostAsJsonAsync("/api/fred/call/summary", Sent("sekond"))).StatusCode);

        Assert.Equal(["first", "second"], await portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Text).ToListAsync()));
    }

    private static string PathOf(Turn turn) => $"/api/coaching/sessions/{turn.SessionId}/turns/{turn.Id}";

    private Task<List<(string, Role?, Guid?)>> WhoAsync(CoachingSession session) =>
        portal.InDbAsync(async db => (await db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).ToListAsync()).ConvertAll(t => (t.Speaker, t.Role, t.PersonId)));

    private async Task<(CoachingSession Session, Call Call, Turn Turn)> ASessionAsync(string text)
    {
        var session = await portal.ASessionAsync(change: s => (s.StartsAt, s.EndsAt) = (Start, Start.AddHours(1)));
        var call = new Call { SessionId = session.Id, StartedAt = Start, EndedAt = Start.AddMinutes(30) };
        await portal.InDbAsync(db =>
        {
            db.Add(call);
            return db.SaveChangesAsync();
        });
        return (session, call, await AddAsync(session, call, portal.Founder.Name, Role.Founder, portal.Founder.Id, 5, text));
    }

    private async Task<Turn> AddAsync(CoachingSession session, Call call, string speaker, Role? role, Guid? person, int at, string text)
    {
        var turn = new Turn
        {
            SessionId = session.Id, CallId = call.Id, PersonId = person, Speaker = speaker, Role = role, Text = text, StartedAt = Start.AddSeconds(at), EndedAt = Start.AddSeconds(at + 4),
            Confidence = 0.3, Source = TurnSource.Caption, Key = $"{at}",
        };
        await portal.InDbAsync(db =>
        {
            db.Add(turn);
            return db.SaveChangesAsync();
        });
        return turn;
    }
}
