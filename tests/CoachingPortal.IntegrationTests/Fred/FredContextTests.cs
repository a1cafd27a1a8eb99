using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Sessions;

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

    [Fact]
    public async Task Load_AnItemWhoseTurnsAreGone_IsUnverifiedThereAndOnHomeAndSessionPage()
    {
        var founder = await portal.APersonAsync("Nils Newcomer", Role.Founder, Tier.Pro);
        var past = await portal.ASessionAsync(founder: founder, change: s => (s.StartsAt, s.EndsAt) = (s.StartsAt.AddDays(-7), s.EndsAt.AddDays(-7)));
        var session = await portal.ASessionAsync(founder: founder);
        var (kept, replaced, better) = (Turn("a", null), Turn("b", DateTimeOffset.UtcNow), Turn("c", null));
        await portal.InDbAsync(async db =>
        {
            db.AddRange(kept, better);
            await db.SaveChangesAsync();
            replaced.SupersededById = better.Id;
            db.Add(replaced);
            db.AddRange(Item("Stands", kept.Id), Item("Moved", replaced.Id), Item("Gone", Guid.NewGuid()), Item("Written"));
            await db.SaveChangesAsync();
        });
        var caller = new Caller(founder.Id, Role.Founder, founder.Name);

        var context = await portal.InDbAsync(db => FredContext.LoadAsync(db, session, caller, long.MaxValue, DateTimeOffset.UtcNow, CancellationToken.None));
        var home = await portal.Get<SessionLists>().OpenActionsAsync(caller);
        var page = (await portal.Get<SessionReader>().LoadAsync(past.Id, caller))!.Items;

        Assert.Equal("Gone", Assert.Single(context.OpenActions, a => a.IsUnverified).Text);
        Assert.Equal(["Gone (unverified)"], Assert.Single(context.Past).Actions.Where(a => a.Contains("unverified", StringComparison.Ordinal)));
        Assert.Equal("Gone", Assert.Single(home, a => a.IsUnverified).Text);
        Assert.Equal("Gone", Assert.Single(page, i => i.IsUnverified).Text);
        Assert.Equal("Written", Assert.Single(page, i => i.IsFromWriting).Text);
        using var client = portal.SignedIn(founder);
        var html = await client.GetStringAsync($"/sessions/{past.Id}");
        Assert.Equal(2, html.Split("data-testid=\"from-writing\"").Length);
        Assert.Equal(2, html.Split("data-testid=\"unverified\"").Length);

        Turn Turn(string key, DateTimeOffset? supersededAt) => new()
        {
            SessionId = past.Id, PersonId = founder.Id, Speaker = founder.Name, Role = Role.Founder, Text = "I will.", Source = TurnSource.Caption, Key = key,
            StartedAt = past.StartsAt, EndedAt = past.StartsAt.AddSeconds(2), SupersededAt = supersededAt,
        };
        SessionItem Item(string text, params Guid[] turns) => new()
        {
            SessionId = past.Id, Kind = ItemKind.NextAction, Text = text, Source = SummarySource.Offline, EvidenceTurnIds = turns, CreatedAt = DateTimeOffset.UtcNow,
        };
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
