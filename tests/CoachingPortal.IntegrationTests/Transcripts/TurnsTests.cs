using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Transcripts;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class TurnsTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Add_WithConsent_StoresSpeakerRoleAndTimes()
    {
        var session = await AConsentedSessionAsync();
        var start = DateTimeOffset.UtcNow.AddSeconds(-4);

        var turn = await AddAsync(session, Input("  We raise prices in May.  ", start: start) with { Confidence = 0.8, Language = "en-GB" });

        Assert.Equal(("We raise prices in May.", "Fiona Founder", Role.Founder, TurnSource.Caption), (turn!.Text, turn.Speaker, turn.Role, turn.Source));
        Assert.Equal(start, turn.StartedAt, TimeSpan.FromMilliseconds(1));
        Assert.Equal((0.8, "en-GB"), (turn.Confidence, turn.Language));
    }

    [Fact]
    public async Task Add_SameKeyAgain_IsTheSameTurn()
    {
        var session = await AConsentedSessionAsync();

        var turns = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => AddAsync(session, Input($"said {i}", "k1")))));

        Assert.Single(turns.Select(t => t!.Id).Distinct());
        Assert.Equal(1, await portal.InDbAsync(db => db.Turns.CountAsync(t => t.SessionId == session.Id)));
    }

    [Fact]
    public async Task Add_SameKeyOfAnotherPerson_IsAnotherTurn()
    {
        var session = await AConsentedSessionAsync();
        await ConsentAsync(session, portal.Coach, granted: true);

        await AddAsync(session, Input("mine", "k1"));
        await AddAsync(session, Input("hers", "k1"), portal.Coach);

        Assert.Equal(2, await portal.InDbAsync(db => db.Turns.CountAsync(t => t.SessionId == session.Id)));
    }

    [Fact]
    public async Task Add_NeverAskedOrWithdrawn_StoresNothing()
    {
        var session = await portal.ASessionAsync();
        Assert.Null(await AddAsync(session, Input("before any answer")));

        await ConsentAsync(session, portal.Founder, granted: true);
        await ConsentAsync(session, portal.Founder, granted: false);

        Assert.Null(await AddAsync(session, Input("after the withdrawal")));
        Assert.False(await portal.InDbAsync(db => db.Turns.AnyAsync(t => t.SessionId == session.Id)));
    }

    [Theory]
    [InlineData("   ", "k", 0, 1, null)]
    [InlineData("text", "", 0, 1, null)]
    [InlineData("text", "k", 0, -1, null)]
    [InlineData("text", "k", 3600, 1, null)]
    [InlineData("text", "k", -9000, 8000, null)]
    [InlineData("text", "k", 0, 1, 1.5)]
    [InlineData("text", "k", 0, 1, double.NaN)]
    [InlineData("te\0xt", "k", 0, 1, null)]
    public async Task Add_OutOfBounds_SaysHow(string text, string key, int startsIn, int seconds, double? confidence)
    {
        var session = await AConsentedSessionAsync();
        var start = DateTimeOffset.UtcNow.AddSeconds(startsIn);

        var fault = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(session, new(key, text, start, start.AddSeconds(seconds), confidence, null)));

        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public async Task Add_TextTooLong_SaysHow()
    {
        var session = await AConsentedSessionAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(session, Input(new string('x', 8001))));
        Assert.NotNull(await AddAsync(session, Input(new string('x', 8000))));
    }

    [Fact]
    public async Task Add_SomebodyElse_Refuses()
    {
        var session = await AConsentedSessionAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(session, Input("text"), portal.OtherFounder));
    }

    [Fact]
    public void PlainText_Turns_RoleAndTextALine()
    {
        var now = DateTimeOffset.UtcNow;
        Turn Said(Role? role, string speaker, string text) => new()
        {
            SessionId = Guid.Empty, Speaker = speaker, Role = role, Text = text, StartedAt = now, EndedAt = now, Source = TurnSource.Hand, Key = text,
        };

        Assert.Equal("FOUNDER: Hello\nCOACH: Good morning\nNOTETAKER: I am listening", Transcripts(Said(Role.Founder, "Fiona", "Hello"), Said(Role.Coach, "Carla", "Good\nmorning"), Said(null, "Notetaker", "I am listening")));
        static string Transcripts(params Turn[] turns) => Turns.PlainText(turns);
    }

    private static TurnInput Input(string text, string key = "k", DateTimeOffset? start = null)
    {
        var at = start ?? DateTimeOffset.UtcNow.AddSeconds(-2);
        return new(key, text, at, at.AddSeconds(1), null, null);
    }

    private Task<Turn?> AddAsync(CoachingSession session, TurnInput input, Person? person = null) =>
        portal.InDbAsync(db => new Turns(TimeProvider.System).AddAsync(db, session, (person ?? portal.Founder).Id, TurnSource.Caption, input, null));

    private async Task<CoachingSession> AConsentedSessionAsync()
    {
        var session = await portal.ASessionAsync();
        await ConsentAsync(session, portal.Founder, granted: true);
        return session;
    }

    private Task ConsentAsync(CoachingSession session, Person person, bool granted) => portal.InDbAsync(async db =>
    {
        await Consents.AnswerAsync(db, session.Id, person.Id, ConsentWording.Transcript, granted, DateTimeOffset.UtcNow);
    });
}
