using System.Net;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

public sealed class CallHubTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Enter_TwoPeople_BothAreToldOfBoth()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        var seen = await founder.Hub.StateAsync(s => s["people"]!.AsArray().Count == 2);

        Assert.Equal(["founder", "coach"], seen["people"]!.AsArray().Select(p => (string)p!["role"]!));
        Assert.Equal(coach.Participation, (Guid)seen["people"]![1]!["participationId"]!);
        Assert.Equal(2, coach.State["people"]!.AsArray().Count);
        Assert.All(seen["expected"]!.AsArray(), p => Assert.True((bool)p!["present"]!));
        Assert.Equal("off", (string)seen["recording"]!["phase"]!);
    }

    [Fact]
    public async Task Ticket_NotEntered_MakesNobodyPresent()
    {
        var session = await portal.ASessionAsync();
        await portal.ATicketAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        Assert.Single(coach.State["people"]!.AsArray());
        Assert.False((bool)coach.State["expected"]![0]!["present"]!);
    }

    [Fact]
    public async Task Enter_AnotherPersonsParticipation_IsRefused()
    {
        var session = await portal.ASessionAsync();
        var participation = await portal.ATicketAsync(portal.Founder, session.Id);
        await using var hub = await HubClient.ConnectAsync(portal, portal.Coach);

        await Assert.ThrowsAsync<HubRefusedException>(() => hub.InvokeAsync("Enter", participation));

        Assert.Null((await portal.ParticipationAsync(participation)).JoinedAt);
    }

    [Fact]
    public async Task Signal_WithinTheCall_ArrivesWithItsSender()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        await founder.Hub.InvokeAsync("Signal", coach.Participation, """{"sdp":"v=0 \"quoted\""}""");

        var signal = await coach.Hub.NextAsync("signal");
        Assert.Equal(founder.Participation, (Guid)signal[0]!);
        Assert.Equal("""{"sdp":"v=0 \"quoted\""}""", (string)signal[1]!);
    }

    [Fact]
    public async Task Signal_ToAnotherCall_DoesNotArrive()
    {
        var mine = await portal.ASessionAsync();
        var theirs = await portal.ASessionAsync(portal.OtherCoach, portal.OtherFounder);
        await using var founder = await portal.EntersAsync(portal.Founder, mine.Id);
        await using var stranger = await portal.EntersAsync(portal.OtherCoach, theirs.Id);
        await using var helper = await portal.EntersAsync(portal.OtherFounder, theirs.Id);

        await founder.Hub.InvokeAsync("Signal", stranger.Participation, "{}");
        await helper.Hub.InvokeAsync("Signal", stranger.Participation, """{"from":"inside"}""");

        Assert.Equal(helper.Participation, (Guid)(await stranger.Hub.NextAsync("signal"))[0]!);
    }

    [Theory]
    [InlineData("Signal")]
    [InlineData("Media")]
    [InlineData("Caption")]
    [InlineData("Ping")]
    public async Task AnyMethod_BeforeEnter_IsRefused(string method)
    {
        await using var hub = await HubClient.ConnectAsync(portal, portal.Founder);

        object?[] arguments = method switch
        {
            "Signal" => [Ids.New(), "{}"],
            "Media" => [new { microphone = true, camera = true, screen = false }],
            "Caption" => [new { key = "1", text = "Hello", startedAt = DateTimeOffset.UtcNow.AddSeconds(-1), endedAt = DateTimeOffset.UtcNow }],
            _ => [0],
        };
        var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => hub.InvokeAsync(method, arguments));

        Assert.Contains("not in a call", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signal_OfTheLargestSizeAndBeyond_ArrivesAndIsRefused()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var largest = new string('x', CallHub.MaxSignal);

        await founder.Hub.InvokeAsync("Signal", coach.Participation, largest);
        Assert.Equal(largest, (string)(await coach.Hub.NextAsync("signal"))[1]!);

        await Assert.ThrowsAsync<HubRefusedException>(() => founder.Hub.InvokeAsync("Signal", coach.Participation, largest + "x"));
    }

    [Fact]
    public async Task Message_FarTooLarge_HangsUp()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);

        var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => founder.Hub.InvokeAsync("Signal", founder.Participation, new string('x', 3 * CallHub.MaxSignal)));

        Assert.Equal("closed", refusal.Message);
    }

    [Fact]
    public async Task Media_Said_IsToldAndKeptForThoseWhoComeLater()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await founder.Hub.InvokeAsync("Media", new { microphone = true, camera = false, screen = true });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        var media = coach.State["people"]![0]!["media"]!;
        Assert.Equal((true, false, true), ((bool)media["microphone"]!, (bool)media["camera"]!, (bool)media["screen"]!));

        await founder.Hub.InvokeAsync("Media", new { microphone = false, camera = false, screen = false });
        var told = await coach.Hub.StateAsync(s => !(bool)s["people"]![0]!["media"]!["screen"]!);
        Assert.False((bool)told["people"]![0]!["media"]!["microphone"]!);
        Assert.True((long)told["revision"]! > (long)coach.State["revision"]!);
    }

    [Fact]
    public async Task Caption_WithConsent_IsStoredAndShownToBoth()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { consents = new { transcript = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        await founder.Hub.InvokeAsync("Caption", ACaption("We raised the price."));

        var caption = (await coach.Hub.NextAsync("caption"))[0]!;
        Assert.Equal("We raised the price.", (string)caption["text"]!);
        Assert.Equal("founder", (string)caption["role"]!);
        Assert.Equal("We raised the price.", (string)(await founder.Hub.NextAsync("caption"))[0]!["text"]!);
    }

    [Fact]
    public async Task Caption_WithoutConsentOrOutOfBounds_IsRefusedForGood()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        Assert.Contains("not agreed", (string)(await coach.Hub.InvokeAsync("Caption", ACaption("Not agreed.")))!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Coach, $"/api/calls/sessions/{session.Id}/consent", new { type = "transcript", granted = true }));
        Assert.Null(await coach.Hub.InvokeAsync("Caption", ACaption("Agreed.")));
        Assert.Contains("text", (string)(await coach.Hub.InvokeAsync("Caption", ACaption(" ")))!, StringComparison.Ordinal);

        Assert.Equal(["Agreed."], await TurnsAsync(session));
    }

    [Fact]
    public async Task Caption_OfWordsSaidBeforeTheMute_IsKept_AndNoneOfThoseSaidWhileItLasts()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { transcript = true } });
        var said = ACaption("Before the mute.");
        foreach (var _ in (int[])[1, 2])
            await coach.Hub.InvokeAsync("Media", new { microphone = false, camera = false, screen = false });

        var refusal = (string)(await coach.Hub.InvokeAsync("Caption", ACaption("Muted.", DateTimeOffset.UtcNow)))!;
        Assert.Null(await coach.Hub.InvokeAsync("Caption", said));

        Assert.Contains("muted", refusal, StringComparison.Ordinal);
        // A page that comes back muted as another participation still has what was said before.
        await using var back = await portal.EntersAsync(portal.Coach, session.Id, new { media = new { microphone = false, camera = false, screen = false } });
        Assert.NotNull(await back.Hub.InvokeAsync("Caption", ACaption("Muted.", DateTimeOffset.UtcNow)));
        Assert.Null(await back.Hub.InvokeAsync("Caption", ACaption("Long before.", DateTimeOffset.UtcNow.AddMinutes(-1))));
        await back.Hub.InvokeAsync("Media", new { microphone = true, camera = false, screen = false });
        Assert.Null(await back.Hub.InvokeAsync("Caption", ACaption("After it.", DateTimeOffset.UtcNow)));

        Assert.Equal(["Long before.", "Before the mute.", "After it."], await TurnsAsync(session));
    }

    [Fact]
    public async Task Captions_InAFlood_MayBeSentAgain()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { consents = new { transcript = true } });

        var refusal = await Assert.ThrowsAsync<HubRefusedException>(async () =>
        {
            for (var i = 0; i < 200; i++)
                Assert.Null(await founder.Hub.InvokeAsync("Caption", ACaption($"Word {i}")));
        });

        Assert.Contains("Too much at once", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyOrAnAdmin_IsRefused()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => HubClient.ConnectAsync(portal, null));
        await Assert.ThrowsAnyAsync<Exception>(() => HubClient.ConnectAsync(portal, portal.Admin));
    }

    [Fact]
    public async Task Connect_FromAnotherSitesPage_IsRefused()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => HubClient.ConnectAsync(portal, portal.Founder, origin: "https://evil.example"));
        await using var own = await HubClient.ConnectAsync(portal, portal.Founder, origin: "https://localhost");
    }

    [Fact]
    public async Task Media_InAFlood_IsRefused()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);

        await Assert.ThrowsAsync<HubRefusedException>(async () =>
        {
            for (var i = 0; i < 200; i++)
                await founder.Hub.InvokeAsync("Media", new { microphone = true, camera = true, screen = false });
        });
    }

    private Task<List<string>> TurnsAsync(CoachingSession session) =>
        portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Text).ToListAsync());

    private static object ACaption(string text, DateTimeOffset? startedAt = null) => new
    {
        key = Ids.New().ToString(),
        text,
        startedAt = startedAt ?? DateTimeOffset.UtcNow.AddSeconds(-2),
        endedAt = DateTimeOffset.UtcNow,
        confidence = 0.9,
        language = "en-GB",
    };
}
