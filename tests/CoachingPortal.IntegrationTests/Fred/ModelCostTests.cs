using CoachingPortal.Admin;
using CoachingPortal.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>What the system page says of the model's bill.</summary>
public sealed class ModelCostTests(ModelCostTests.World portal) : IClassFixture<ModelCostTests.World>
{
    private static readonly Dictionary<string, string> Unpriced = new() { ["Fred:Endpoint"] = "http://127.0.0.1:9/v1", ["Fred:Model"] = "priced", ["Fred:Key"] = "secret" };

    public sealed class World(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(Unpriced) { ["Fred:InputPrice"] = "3", ["Fred:OutputPrice"] = "15" };
    }

    [Fact]
    public async Task Glance_OfThirtyDays_SumsRequestsAndTokensAndWhatTheyCost()
    {
        Assert.Equal("priced has not been asked anything yet; “Check now” asks it.", await WordsAsync(portal));
        var now = DateTimeOffset.UtcNow;
        ModelCall Asked(int daysAgo, int? input, int? output, string? failure = null) =>
            new() { Purpose = ModelPurpose.Chat, Model = "priced", AskedAt = now.AddDays(-daysAgo), DurationMs = 1500, InputTokens = input, OutputTokens = output, Failure = failure };
        await portal.InDbAsync(db =>
        {
            db.AddRange(Asked(1, 400_000, 20_000), Asked(2, 100_000, 10_000), Asked(3, null, null, "TimeoutException"), Asked(31, 1_000_000, 1_000_000));
            return db.SaveChangesAsync();
        });

        // 0.5 million in at 3, 0.03 million out at 15.
        Assert.Equal("priced answered the last request in 1.5 s. In 30 days: 3 requests (1 failed), 500,000 tokens in, 30,000 out, about 1.95 at your prices.", await WordsAsync(portal));
        await using var unpriced = portal.Again(settings: Unpriced);
        Assert.EndsWith("500,000 tokens in, 30,000 out.", await WordsAsync(unpriced), StringComparison.Ordinal);
    }

    private static async Task<string> WordsAsync(Portal portal)
    {
        await portal.Get<SystemChecks>().GlanceAsync();
        return (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == "model").Check!.Words;
    }
}
