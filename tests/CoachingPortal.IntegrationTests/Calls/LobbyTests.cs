using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

public sealed class LobbyTests(Portal portal) : IClassFixture<Portal>
{
    private static Caller As(Person person) => new(person.Id, person.Role, person.Name);

    private Task<LobbyView?> LobbyAsync(CoachingSession session, Person person) =>
        portal.InDbAsync(db => db.LobbyAsync(session.Id, As(person), DateTimeOffset.UtcNow));

    [Fact]
    public async Task Lobby_TierChangedByTheAdmin_IsSeenAtTheNextLobby()
    {
        var founder = await portal.APersonAsync("Paul Pro", Role.Founder, Tier.Pro);
        var session = await portal.ASessionAsync(founder: founder);
        Assert.Equal("Recording comes with Studio. Your plan is Pro.", (await LobbyAsync(session, founder))!.RecordingLocked);
        await portal.InDbAsync(async db =>
        {
            (await db.People.FindAsync(founder.Id))!.Tier = Tier.Studio;
            await db.SaveChangesAsync();
        });
        Assert.Null((await LobbyAsync(session, founder))!.RecordingLocked);
    }

    [Fact]
    public async Task Lobby_Coach_NeverHasTheToggle()
    {
        var session = await portal.ASessionAsync();
        Assert.Contains(portal.Founder.Name, (await LobbyAsync(session, portal.Coach))!.RecordingLocked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lobby_Consents_AreThoseOfEachPersonNow()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(async db =>
        {
            await Consents.AnswerAsync(db, session.Id, portal.Coach.Id, ConsentWording.Recording, true, DateTimeOffset.UtcNow);
            await Consents.AnswerAsync(db, session.Id, portal.Coach.Id, ConsentWording.Recording, false, DateTimeOffset.UtcNow);
        });
        var lobby = (await LobbyAsync(session, portal.Founder))!;
        Assert.Equal(ConsentAnswer.Withdrawn, lobby.Other.Recording);
        Assert.Null(lobby.Me.Recording);
    }

    [Fact]
    public async Task Lobby_Promises_AreTheOpenOnesOfThisFoundersEarlierSessionsThatTheCallerMaySee()
    {
        var founder = await portal.APersonAsync("Petra", Role.Founder, Tier.Free);
        var session = await portal.ASessionAsync(founder: founder);
        var earlier = await portal.ASessionAsync(founder: founder, change: Past);
        var withAnotherCoach = await portal.ASessionAsync(portal.OtherCoach, founder, Past);
        await portal.InDbAsync(async db =>
        {
            db.Items.AddRange(AnItem(earlier, "open"), AnItem(earlier, "done", i => i.DoneAt = DateTimeOffset.UtcNow), AnItem(withAnotherCoach, "elsewhere"));
            await db.SaveChangesAsync();
        });
        Assert.Equal(["open"], (await LobbyAsync(session, portal.Coach))!.Promises.Select(p => p.Text));
        Assert.Equal(["elsewhere", "open"], (await LobbyAsync(session, founder))!.Promises.Select(p => p.Text).Order());
    }

    [Fact]
    public async Task Lobby_MorePromisesThanItShows_SaysSoAndMarksWhatIsUnverified()
    {
        var founder = await portal.APersonAsync("Paula", Role.Founder, Tier.Free);
        var session = await portal.ASessionAsync(founder: founder);
        var earlier = await portal.ASessionAsync(founder: founder, change: Past);
        await portal.InDbAsync(async db =>
        {
            db.Items.AddRange(Enumerable.Range(0, 7).Select(n => AnItem(earlier, $"promise {n}", i => (i.Position, i.IsUnverified, i.Source) = (n, n == 1, SummarySource.Model))));
            await db.SaveChangesAsync();
        });

        var lobby = (await LobbyAsync(session, founder))!;
        Assert.Equal((6, true), (lobby.Promises.Count, lobby.HasMorePromises));
        Assert.True(lobby.Promises[1].IsUnverified);

        await portal.InDbAsync(db => db.Items.Where(i => i.SessionId == earlier.Id && i.Position == 6).ExecuteUpdateAsync(u => u.SetProperty(i => i.DoneAt, DateTimeOffset.UtcNow)));
        Assert.False((await LobbyAsync(session, founder))!.HasMorePromises);
    }

    [Fact]
    public async Task Page_ForItsTwoPeopleAlone()
    {
        var session = await portal.ASessionAsync();
        async Task<HttpStatusCode> GetAsync(Person? person) => (await portal.SignedIn(person).GetAsync($"/sessions/{session.Id}/call")).StatusCode;
        Assert.Equal(HttpStatusCode.OK, await GetAsync(portal.Founder));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(portal.Coach));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(portal.OtherFounder));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(portal.OtherCoach));
        Assert.Equal(HttpStatusCode.Redirect, await GetAsync(null));
    }

    [Fact]
    public async Task Page_LoadsNoComponentKit()
    {
        var session = await portal.ASessionAsync();
        var html = await portal.SignedIn(portal.Founder).GetStringAsync($"/sessions/{session.Id}/call");
        Assert.DoesNotMatch("(src|href)=\"[^\"]*_content/", html); // where the files of component packages are served from
        Assert.Contains("data-testid=\"lobby\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfACancelledSession_SaysSoAndOpensNoLobby()
    {
        var session = await portal.ASessionAsync(change: s => s.CancelledAt = DateTimeOffset.UtcNow);

        var html = await portal.SignedIn(portal.Founder).GetStringAsync($"/sessions/{session.Id}/call");

        Assert.Contains("data-testid=\"call-cancelled\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"lobby\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"/js/call/boot.js\"", html, StringComparison.Ordinal); // which would open the camera
    }

    private static void Past(CoachingSession session)
    {
        session.StartsAt = session.StartsAt.AddDays(-7);
        session.EndsAt = session.EndsAt.AddDays(-7);
    }

    private static SessionItem AnItem(CoachingSession session, string text, Action<SessionItem>? change = null)
    {
        var item = new SessionItem { SessionId = session.Id, Kind = ItemKind.NextAction, Text = text, Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow };
        change?.Invoke(item);
        return item;
    }

    [Fact]
    public async Task Page_ForABrowser_ComesCompressed_AndWithoutAMediaServerNamesNone()
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(portal.Coach);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sessions/{session.Id}/call") { Headers = { { "Accept-Encoding", "gzip, br" } } };
        using var response = await client.SendAsync(request);

        Assert.Equal("br", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var unpacked = new System.IO.Compression.BrotliStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        var page = await reader.ReadToEndAsync();
        Assert.Contains("id=\"call-page\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-livekit", page, StringComparison.Ordinal);
    }
}
