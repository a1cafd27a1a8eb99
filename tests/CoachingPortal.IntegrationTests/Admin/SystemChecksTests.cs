using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Hosting;
using CoachingPortal.Shell;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Admin;

public sealed class SystemChecksTests(SystemChecksTests.Probed portal) : IClassFixture<SystemChecksTests.Probed>
{
    [Fact]
    public async Task Run_FreshPortal_SaysWhatWorksWhatIsNotSetUpAndWhatNobodyKnows()
    {
        await portal.Get<SystemChecks>().RunAsync();

        var parts = await portal.Get<SystemChecks>().ListAsync();
        ProbeState? Of(string name) => parts.Single(p => p.Name == name).Check?.State;
        Assert.Equal(
            (ProbeState.Works, ProbeState.Works, ProbeState.NotSetUp, ProbeState.Unknown, ProbeState.Unknown),
            (Of("database"), Of("object-store"), Of("model"), Of("recordings"), Of("post-call")));
        Assert.All(parts.Where(p => p.Check!.State == ProbeState.Works), p => Assert.NotNull(p.Check!.LastSuccessAt));
    }

    [Fact]
    public async Task Run_OnePartThrowsAndOneHangs_BothAreSaidAndTheRestIsChecked()
    {
        portal.First.Answer = _ => throw new IOException("The disk is on fire.");
        portal.Second.Answer = async cancellation =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), CancellationToken.None);
            return new(ProbeState.Works, "too late");
        };
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await portal.Get<SystemChecks>().RunAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, SystemChecks.Patience * 2);
        var parts = await portal.Get<SystemChecks>().ListAsync();
        var (first, second) = (parts.Single(p => p.Name == "probe-first").Check!, parts.Single(p => p.Name == "probe-second").Check!);
        Assert.Equal((ProbeState.Fails, "The disk is on fire."), (first.State, first.Words));
        Assert.Equal((ProbeState.Fails, "No answer within 10 seconds."), (second.State, second.Words));
        Assert.Equal(ProbeState.Works, parts.Single(p => p.Name == "database").Check!.State);
    }

    [Fact]
    public async Task Run_AfterAFailure_KeepsWhenItLastWorkedAndFailed()
    {
        portal.Second.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Works, "fine"));
        portal.First.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Works, "fine"));
        await portal.Get<SystemChecks>().RunAsync();
        var worked = await FirstAsync();
        portal.First.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Fails, "It broke."));
        await portal.Get<SystemChecks>().RunAsync();
        var failed = await FirstAsync();
        portal.First.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Works, "fine again"));
        await portal.Get<SystemChecks>().RunAsync();
        var again = await FirstAsync();

        Assert.Equal((ProbeState.Fails, worked.LastSuccessAt, "It broke."), (failed.State, failed.LastSuccessAt, failed.LastFailure));
        Assert.True(failed.LastFailureAt > worked.LastSuccessAt);
        Assert.Equal((ProbeState.Works, failed.LastFailureAt, "It broke."), (again.State, again.LastFailureAt, again.LastFailure));
        Assert.True(again.LastSuccessAt > failed.LastFailureAt);
    }

    [Fact]
    public async Task Page_OfAnAdmin_DrawsWhatEachPartSaysAndWhenItLastWorkedAndFailed()
    {
        var at = new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
        portal.First.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Works, "2 waiting, 1 given up.") { LastSuccessAt = at, LastFailureAt = at.AddHours(-1), LastFailure = "It broke." });
        portal.Second.Answer = _ => Task.FromResult(new ProbeResult(ProbeState.Fails, "It hangs.") { LastFailureAt = at.AddHours(1) });
        await using var context = new BunitContext();
        context.AddAuthorization().SetAuthorized("Ada").SetClaims(new Claim(ViewerTimeZone.Claim, "Europe/Berlin"));
        context.Services.AddScoped<ViewerTimeZone>();
        context.Services.AddFallbackServiceProvider(portal.Services);
        context.SetRendererInfo(new("Server", isInteractive: true));

        var page = context.Render<SystemPage>();

        page.WaitForAssertion(() => Assert.Equal(["Works", "2 waiting, 1 given up.", "Last worked: 2 Mar 2026, 11:00", "Last failed: 2 Mar 2026, 10:00: It broke."], Part("probe-first")[..^1]), TimeSpan.FromSeconds(30));
        // The same words are not said twice.
        Assert.Equal(["Does not work", "It hangs.", "Last failed: 2 Mar 2026, 12:00"], Part("probe-second").Where(l => !l.StartsWith("Last worked", StringComparison.Ordinal)).SkipLast(1));
        Assert.StartsWith("Checked: ", Part("probe-first")[^1], StringComparison.Ordinal);
        string[] Part(string name) =>
        [
            .. page.FindAll($"[data-testid=system-{name}] .badge, [data-testid=system-{name}] p").Select(e => e.TextContent),
            .. page.FindAll($"[data-testid=system-{name}] dl > div").Select(d => $"{d.Children[0].TextContent}: {d.Children[1].TextContent}"),
        ];
        Assert.Contains("Checked: 1 part does not work.", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    private async Task<SystemCheck> FirstAsync() => (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == "probe-first").Check!;

    public sealed class Probed(PostgresServer postgres) : Portal(postgres)
    {
        public Settable First { get; } = new("probe-first");
        public Settable Second { get; } = new("probe-second");

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ISystemProbe>(First).AddSingleton<ISystemProbe>(Second);
    }

    public sealed class Settable(string name) : ISystemProbe
    {
        public Func<CancellationToken, Task<ProbeResult>> Answer { get; set; } = _ => Task.FromResult(new ProbeResult(ProbeState.Works, "fine"));

        public string Name => name;

        public string Title => "A probe of a probe";

        public Task<ProbeResult> ProbeAsync(CancellationToken cancellation) => Answer(cancellation);
    }
}

public sealed class SystemChecksWithoutStoreTests(PortalWithoutStore portal) : IClassFixture<PortalWithoutStore>
{
    [Fact]
    public async Task Run_StoreCannotBeWritten_SaysSo()
    {
        await portal.Get<SystemChecks>().RunAsync();

        var store = (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == "object-store").Check!;
        Assert.Equal(ProbeState.Fails, store.State);
        Assert.StartsWith("The portal's disk cannot be written", store.Words, StringComparison.Ordinal);
    }
}
