using System.Diagnostics;
using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The portal is told of a media server that is not there, or is something else: people hear of it, and keep all that the portal itself does.</summary>
[Collection(Stage.Waiting)]
public sealed class NoMediaServerTests(Stage stage)
{
    /// <summary>One portal for all of them, and so one address.</summary>
    private static readonly Valve Valve = new();

    [Fact]
    public Task Join_NobodyListens_IsSaidInTime_AndTheRestOfThePageWorks()
    {
        Valve.Close();
        return IsSaidAsync();
    }

    [Fact]
    public Task Join_SomebodyWhoNeverAnswers_IsSaidInTime_AndTheRestOfThePageWorks()
    {
        Valve.Answer = null;
        Valve.Open();
        return IsSaidAsync();
    }

    [Fact]
    public Task Join_SomeOtherWebServer_IsSaidInTime_AndTheRestOfThePageWorks()
    {
        Valve.Answer = "HTTP/1.1 404 Not Found\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n";
        Valve.Open();
        return IsSaidAsync();
    }

    private async Task IsSaidAsync()
    {
        var (portal, database) = await stage.ThePortalAsync($"LiveKit:Url={Valve.Url}", "LiveKit:ApiKey=key", "LiveKit:ApiSecret=a-secret-of-at-least-32-characters-or-so");
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        await using var visitor = await Visitor.SignInAsync(stage, portal, founder);
        var fiona = new Seat(visitor, session);

        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync();
        var clock = Stopwatch.StartNew();
        await Assertions.Expect(fiona.Find("link-words")).ToContainTextAsync("The media server cannot be reached", new() { Timeout = 30_000 });
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 45); // ten of them the page waits; the rest is for a busy machine
        TestContext.Current.SendDiagnosticMessage("said after {0:0.0} s", clock.Elapsed.TotalSeconds);

        // What is the portal's own goes on, the circuit too.
        await fiona.OpenFredAsync();
        await fiona.AskFredAsync("May I at least write to you?");
        await visitor.AxeFindsNothingAsync();

        // And there is a way back.
        await fiona.LeaveAsync();
        await fiona.Find("rejoin").ClickAsync();
        await Assertions.Expect(fiona.Find("lobby")).ToBeVisibleAsync();
        await Assertions.Expect(fiona.Find("join")).ToBeEnabledAsync();
        Assert.DoesNotContain(visitor.Complaints, c => c.StartsWith("exception", StringComparison.Ordinal));
    }
}
