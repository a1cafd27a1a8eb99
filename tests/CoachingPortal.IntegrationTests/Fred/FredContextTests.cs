using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>What FRED knows when it answers.</summary>
public sealed class FredContextTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Load_Founder_KnowsOpenActionsAndPastSessionsAndNothingOfOthers()
    {
        var now = DateTimeOffset.UtcNow;
        var founder = await portal.APersonAsync("Nora Newcomer", Role.Founder, Tier.Pro);
        var past = await portal.ASessionAsync(founder: founder, change: s => (s.Title, s.StartsAt, s.EndsAt, s.Summary) = ("Pricing", now.AddDays(-7), now.AddDays(-7).AddHours(1), "We spoke of prices."));
        await portal.ASessionAsync(founder: founder, change: s => (s.Title, s.StartsAt, s.EndsAt, s.CancelledAt) = ("Cancelled", now.AddDays(-3), now.AddDays(-3).AddHours(1), now));
        await portal.ASessionAsync(founder: founder, change: s => (s.Title, s.StartsAt, s.EndsAt) = ("Later", now.AddDays(7), now.AddDays(7).AddHours(1)));
        var session = await portal.ASessionAsync(founder: founder);
        var others = await portal.ASessionAsync(change: s => (s.Title, s.StartsAt, s.EndsAt) = ("Somebody else's", now.AddDays(-7), now.AddDays(-7).AddHours(1)));
        await ItemsAsync(past.Id, ("Call three customers", ItemKind.NextAction, null, null), ("Raise the price", ItemKind.Decision, null, null), ("Already done", ItemKind.NextAction, now, null), ("Taken away", ItemKind.NextAction, null, now));
        await ItemsAsync(others.Id, ("Not yours", ItemKind.NextAction, null, null));

        var context = await portal.InDbAsync(db => FredContext.LoadAsync(db, session, new Caller(founder.Id, Role.Founder, founder.Name), long.MaxValue, now, CancellationToken.None));

        Assert.Equal("Call three customers", Assert.Single(context.OpenActions).Text);
        var remembered = Assert.Single(context.Past);
        Assert.Equal(("Pricing", "We spoke of prices."), (remembered.Title, remembered.Summary));
        Assert.Equal(["Raise the price"], remembered.Decisions);
        Assert.DoesNotContain(remembered.Actions, a => a.Contains("Taken away", StringComparison.Ordinal));
    }

    private Task ItemsAsync(Guid sessionId, params (string Text, ItemKind Kind, DateTimeOffset? DoneAt, DateTimeOffset? RemovedAt)[] items) => portal.InDbAsync(async db =>
    {
        foreach (var (item, position) in items.Select((i, n) => (i, n)))
            db.Items.Add(new()
            {
                SessionId = sessionId, Kind = item.Kind, Text = item.Text, DoneAt = item.DoneAt, RemovedAt = item.RemovedAt,
                Source = SummarySource.Hand, Position = position, CreatedAt = DateTimeOffset.UtcNow,
            });
        await db.SaveChangesAsync();
    });
}
