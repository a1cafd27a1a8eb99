namespace CoachingPortal.IntegrationTests.Hosting;

public sealed class WronglySetPortal(PostgresServer postgres) : Portal(postgres)
{
    protected override bool HasPeople => false;

    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["LiveKit:Url"] = "http://livekit.example.org", ["LiveKit:ApiKey"] = "key", ["Recording:S3:Bucket"] = "NO", ["Calls:Grace"] = "soon",
    };
}

public sealed class SettingsTests(WronglySetPortal portal) : IClassFixture<WronglySetPortal>
{
    [Fact]
    public void Start_FaultsInSeveralSections_AreAllToldTogether()
    {
        var (said, before) = (new StringWriter(), Console.Error);
        Console.SetError(TextWriter.Synchronized(said));
        try
        {
            Assert.ThrowsAny<Exception>(() => portal.Services);
        }
        finally
        {
            Console.SetError(before);
        }

        var faults = said.ToString().Split('\n').Where(l => l.StartsWith("portal: ", StringComparison.Ordinal)).Select(l => l.Split(' ', ',')[1]).Order(StringComparer.Ordinal);
        Assert.Equal(["Calls:Grace", "LiveKit:ApiSecret", "LiveKit:Url", "Recording:S3:AccessKey", "Recording:S3:Bucket"], faults);
    }
}
