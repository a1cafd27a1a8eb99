using CoachingPortal.BrowserTests.Demo;
using CoachingPortal.Demo;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Hosting;

/// <summary>Starting, stopping and dying of the portal as a process.</summary>
public sealed class ProcessTests(SharedDemo shared)
{
    [Fact]
    public async Task StartStopAndKill_AsRunDoes_PrintsTheWaysIn_LeavesNoDatabaseRunning_AndKeepsEverythingWithoutAWarning()
    {
        await using var demo = await DemoPortal.StartedAsync();
        Assert.Contains(demo.Portal.Log, l => l.Contains(demo.Portal.Address, StringComparison.Ordinal));
        Assert.Contains(demo.Portal.Log, l => l.Contains(Stage.Password, StringComparison.Ordinal));
        Assert.All(DemoPeople.Ways, w => Assert.Contains(demo.Portal.Log, l => l.Contains(w.Email, StringComparison.Ordinal)));
        WarnsOfNothing();

        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken); // its scheduler signs on
        Assert.Equal(0, await demo.Portal.StopAsync());
        Assert.False(File.Exists(demo.PidFile));

        await demo.Portal.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken); // the scheduler looks for failed nodes
        WarnsOfNothing();

        var before = await demo.Database.AskAsync(db => db.Sessions.CountAsync());
        await demo.Portal.KillAsync();
        await demo.Portal.StartAsync();
        Assert.Equal(before, await demo.Database.AskAsync(db => db.Sessions.CountAsync()));

        void WarnsOfNothing() => // but Kestrel of a machine that is too busy to give it the processor every second
            Assert.DoesNotContain(demo.Portal.Log, l => (l.Contains("warn:", StringComparison.Ordinal) && !l.Contains("Server.Kestrel[22]", StringComparison.Ordinal)) || l.Contains("fail:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_PortOrFolderTaken_IsSaidInOneLine()
    {
        var demo = await shared.GetAsync();

        await FailsAsync("is taken by another program", "urls=" + demo.Portal.Address, look: folder => Assert.False(Directory.Exists(Path.Combine(folder, "postgres")), "A database was started for nothing."));
        await FailsAsync("Another portal is using the data folder", "Data:Folder=" + demo.Folder);
    }

    [Theory]
    [InlineData("ConnectionStrings:Portal", "ConnectionStrings:Portal=Host=127.0.0.1;Port=1;Username=nobody")]
    [InlineData("ConnectionStrings:Portal", "ConnectionStrings:Portal=nonsense")]
    public Task Start_DatabaseThatIsNotThere_IsSaidInOneLine(string line, string setting) => FailsAsync(line, setting);

    [Fact]
    public async Task Start_SeveralSettingsWrong_NamesThemAllWithoutAStackTrace()
    {
        var (code, lines) = await RunAsync(null, "Demo:Password=short", "Demo:Enabled=perhaps", "Recording:SampleRate=12", "Calls:Grace=soon", "Fred:AnswerSeconds=long");

        Assert.Equal(1, code);
        Assert.Equal(5, lines.Length);
        Assert.Contains(lines, l => l.Contains("Demo:Password needs at least 12 characters", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("Demo:Enabled is 'perhaps', which is not true or false", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("Recording:SampleRate", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("Calls:Grace is 'soon', which is not a time span", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("Fred:AnswerSeconds is 'long', which is not a number", StringComparison.Ordinal));
    }

    /// <param name="look">At the data folder that the portal leaves behind.</param>
    private static async Task FailsAsync(string words, string setting, Action<string>? look = null)
    {
        var (code, lines) = await RunAsync(look, setting);
        Assert.Equal(1, code);
        Assert.Contains(words, lines[^1]);
        Assert.DoesNotContain(lines[..^1], l => !l.Contains("info:", StringComparison.Ordinal));
    }

    private static async Task<(int Code, string[] Lines)> RunAsync(Action<string>? look, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-failing-").FullName;
        try
        {
            await using var portal = new PortalProcess("", folder, ["environment=Development", .. settings]);
            var failed = await portal.FailAsync();
            look?.Invoke(folder);
            return failed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
