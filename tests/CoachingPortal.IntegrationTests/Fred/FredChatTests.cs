using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Fred;

public sealed class FredChatTests(FredChatTests.QuickPortal portal) : IClassFixture<FredChatTests.QuickPortal>
{
    public sealed class QuickPortal(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
        {
            ["Fred:OfflineWordMs"] = "2",
            ["Fred:QuestionsInFiveMinutes"] = "6",
        };
    }

    private FredChat Chat => portal.Get<FredChat>();

    [Fact]
    public async Task Ask_Founder_StoresTheQuestionAtOnceAndThenTheAnswer()
    {
        var (session, founder) = await ASessionAsync();

        var result = await Chat.AskAsync(session.Id, CallerOf(founder), "  How do I tell the team?  ", Guid.NewGuid());

        Assert.Equal("How do I tell the team?", Assert.Single(await HistoryAsync(session, founder)).Text);
        Assert.True(await result.Answer!.Finished);
        var history = await HistoryAsync(session, founder);
        Assert.Equal([ChatRole.Founder, ChatRole.Fred], history.Select(m => m.Role));
        Assert.Equal(history[0].Id, history[1].ReplyToId);
        Assert.True(history[1].IsOffline);
        Assert.Equal(result.Answer.Text.Trim(), history[1].Text);
    }

    [Fact]
    public async Task Ask_SameClientId_AsksOnce()
    {
        var (session, founder) = await ASessionAsync();
        var clientId = Guid.NewGuid();

        var first = await Chat.AskAsync(session.Id, CallerOf(founder), "Once", clientId);
        var second = await Chat.AskAsync(session.Id, CallerOf(founder), "Once", clientId);
        await first.Answer!.Finished;
        var third = await Chat.AskAsync(session.Id, CallerOf(founder), "Once", clientId);

        Assert.Same(first.Answer, second.Answer);
        Assert.Equal(AskOutcome.Answered, third.Outcome);
        Assert.Equal(2, (await HistoryAsync(session, founder)).Count);
    }

    [Fact]
    public async Task Ask_WhileAnotherIsAnswered_SaysSo()
    {
        var (session, founder) = await ASessionAsync();

        var first = await Chat.AskAsync(session.Id, CallerOf(founder), "First", Guid.NewGuid());
        var second = await Chat.AskAsync(session.Id, CallerOf(founder), "Second", Guid.NewGuid());

        Assert.Equal((AskOutcome.Refused, "FRED is still answering your last question."), (second.Outcome, second.Message));
        Assert.True(await first.Answer!.Finished);
    }

    [Fact]
    public async Task Ask_QuestionLeftUnanswered_IsAnsweredWhenAskedAgain()
    {
        var (session, founder) = await ASessionAsync();
        var clientId = Guid.NewGuid();
        await portal.InDbAsync(async db =>
        {
            db.Add(new ChatMessage { SessionId = session.Id, PersonId = founder.Id, Role = ChatRole.Founder, Text = "Lost in a crash", CreatedAt = DateTimeOffset.UtcNow, ClientId = clientId });
            await db.SaveChangesAsync();
        });

        var result = await Chat.AskAsync(session.Id, CallerOf(founder), "Lost in a crash", clientId);

        Assert.True(await result.Answer!.Finished);
        Assert.Equal([ChatRole.Founder, ChatRole.Fred], (await HistoryAsync(session, founder)).Select(m => m.Role));
    }

    [Fact]
    public async Task Ask_NotTheirsOrOutOfBounds_IsRefused()
    {
        var (session, founder) = await ASessionAsync();

        Assert.Equal(AskOutcome.NotFound, (await Chat.AskAsync(session.Id, CallerOf(portal.OtherFounder), "Hello", Guid.NewGuid())).Outcome);
        Assert.Equal(AskOutcome.NotFound, (await Chat.AskAsync(session.Id, CallerOf(portal.OtherCoach), "Hello", Guid.NewGuid())).Outcome);
        Assert.Equal(AskOutcome.NotFound, (await Chat.AskAsync(session.Id, CallerOf(portal.Admin), "Hello", Guid.NewGuid())).Outcome);
        Assert.Equal(AskOutcome.Refused, (await Chat.AskAsync(session.Id, CallerOf(founder), "  ", Guid.NewGuid())).Outcome);
        Assert.Equal(AskOutcome.Refused, (await Chat.AskAsync(session.Id, CallerOf(founder), new string('x', 4001), Guid.NewGuid())).Outcome);
        Assert.Empty(await HistoryAsync(session, founder));
    }

    [Fact]
    public async Task Ask_TooOften_SaysWhenAgain()
    {
        var (session, founder) = await ASessionAsync();
        for (var i = 0; i < 6; i++)
            await (await Chat.AskAsync(session.Id, CallerOf(founder), $"Question {i}", Guid.NewGuid())).Answer!.Finished;

        var result = await Chat.AskAsync(session.Id, CallerOf(founder), "One more", Guid.NewGuid());

        Assert.Equal((AskOutcome.Refused, "That was 6 questions in five minutes. FRED takes the next one in 5 minutes."), (result.Outcome, result.Message));
        Assert.Equal(12, (await HistoryAsync(session, founder)).Count);
    }

    [Fact]
    public async Task Ask_OutsideTheCall_StandsInTheNotesAtOnce()
    {
        var (session, founder) = await ASessionAsync();

        await (await Chat.AskAsync(session.Id, CallerOf(founder), "After the call", Guid.NewGuid())).Answer!.Finished;

        Assert.Equal([ChatRole.Founder, ChatRole.Fred], await AppendedAsync(session));
    }

    [Fact]
    public async Task Ask_InTheCall_IsLeftForTheEndOfTheParticipation()
    {
        var (session, founder) = await ASessionAsync();
        var participation = await AParticipationAsync(session, founder);

        await (await Chat.AskAsync(session.Id, CallerOf(founder), "In the call", Guid.NewGuid())).Answer!.Finished;
        Assert.Empty(await AppendedAsync(session));
        await LeaveAsync(participation);

        Assert.Equal([ChatRole.Founder, ChatRole.Fred], await AppendedAsync(session));
    }

    [Fact]
    public async Task Ask_LeavesWhileFredAnswers_EachMessageStandsExactlyOnce()
    {
        for (var i = 0; i < 12; i++)
        {
            var (session, founder) = await ASessionAsync();
            var participation = await AParticipationAsync(session, founder);
            var result = await Chat.AskAsync(session.Id, CallerOf(founder), "I must go", Guid.NewGuid());
            await Task.Delay(i * 10);

            await LeaveAsync(participation);
            Assert.True(await result.Answer!.Finished);

            Assert.Equal([ChatRole.Founder, ChatRole.Fred], await AppendedAsync(session));
        }
    }

    private static Caller CallerOf(Person person) => new(person.Id, person.Role, person.Name);

    private async Task<(CoachingSession Session, Person Founder)> ASessionAsync()
    {
        var founder = await portal.APersonAsync("Nora Novak", Role.Founder);
        return (await portal.ASessionAsync(founder: founder), founder);
    }

    private Task<List<ChatMessage>> HistoryAsync(CoachingSession session, Person person) => Chat.HistoryAsync(session.Id, CallerOf(person));

    private Task<List<ChatRole?>> AppendedAsync(CoachingSession session) =>
        portal.InDbAsync(db => db.Notes.Where(n => n.SessionId == session.Id).OrderBy(n => n.Number).Select(n => n.ChatRole).ToListAsync());

    private Task<Participation> AParticipationAsync(CoachingSession session, Person person) => portal.InDbAsync(async db =>
    {
        var now = DateTimeOffset.UtcNow;
        var call = new Call { SessionId = session.Id, StartedAt = now };
        var participation = new Participation
        {
            CallId = call.Id, SessionId = session.Id, PersonId = person.Id, Role = Role.Founder, TabId = "tab", CreatedAt = now, JoinedAt = now, LastSeenAt = now,
        };
        db.AddRange(call, participation);
        await db.SaveChangesAsync();
        return participation;
    });

    /// <summary>As the call's end does it: the participation first, then what was said, in one transaction.</summary>
    private Task LeaveAsync(Participation participation) => portal.InDbAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Participations.Where(p => p.Id == participation.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.EndedAt, DateTimeOffset.UtcNow).SetProperty(p => p.EndReason, EndReason.Left));
        await FredNotes.AppendAsync(db, participation.SessionId, participation.PersonId, DateTimeOffset.UtcNow);
        await transaction.CommitAsync();
    });
}
