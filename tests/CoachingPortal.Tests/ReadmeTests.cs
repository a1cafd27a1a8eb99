using System.Reflection;
using System.Text.RegularExpressions;
using CoachingPortal.Calls;
using CoachingPortal.Demo;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.MediaServer;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Archive;

namespace CoachingPortal.Tests;

/// <summary>The README's table of settings names what the code reads, all of it and nothing else.</summary>
public sealed partial class ReadmeTests
{
    // Read by ASP.NET Core itself, or named by a specification of others.
    private static readonly string[] OfTheFramework = ["Urls", "Logging:LogLevel:…", "ConnectionStrings:Portal", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL"];

    private static readonly string Root = ContentRoot.Find();

    [Fact]
    public void Settings_EachKeyTheCodeReads_StandsInTheReadme() => Assert.Empty(InCode().Except(InReadme()));

    [Fact]
    public void Settings_EachKeyInTheReadme_IsReadByTheCode() => Assert.Empty(InReadme().Except(InCode()).Except(OfTheFramework));

    [Fact]
    public void Links_EachFileTheReadmeShows_IsThere() =>
        Assert.All(
            LinkPattern().Matches(Readme()).Select(m => m.Groups[1].Value).Where(l => !l.Contains("://", StringComparison.Ordinal)),
            l => Assert.True(File.Exists(Path.Combine(Root, l)), l));

    private static string Readme() => File.ReadAllText(Path.Combine(Root, "README.md"));

    private static HashSet<string> InReadme() =>
    [
        .. Readme().Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => KeyPattern().Matches(l.Split('|')[1]).Select(m => m.Groups[1].Value)),
    ];

    private static HashSet<string> InCode() =>
    [
        .. Keys<DemoOptions>("Demo"), .. Keys<RecordingOptions>(RecordingOptions.Section), .. Keys<CallsOptions>("Calls"), .. Keys<FredOptions>("Fred"),
        .. Keys<S3Options>(S3Options.Section), .. Keys<StorageOptions>(StorageOptions.Section), .. Keys<LiveKitOptions>(LiveKitOptions.Section),
        .. Keys<ArchiveOptions>(ArchiveOptions.Section),
        .. Keys<TranscriptionOptions>(TranscriptionOptions.Section),
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => ReadPattern().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)),
    ];

    private static IEnumerable<string> Keys<T>(string section) =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => $"{section}:{p.Name}");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex LinkPattern();

    /// <summary><c>Configuration["A:B"]</c> and <c>GetValue&lt;T&gt;("A:B", ...)</c>.</summary>
    [GeneratedRegex("""onfiguration(?:\[|\.GetValue(?:<\w+>)?\()"([A-Z]\w+:\w+)""")]
    private static partial Regex ReadPattern();
}
