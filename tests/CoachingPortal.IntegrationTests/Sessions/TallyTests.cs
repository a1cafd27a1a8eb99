using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class TallyTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Tallies_KeptLateSlippedAndOpen_AreCountedPerFounderForThoseWhoMaySee()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var session = await portal.ASessionAsync();
        var others = await portal.ASessionAsync(change: s => (s.CoachId, s.FounderId) = (portal.OtherCoach.Id, portal.OtherFounder.Id));
        (DateOnly? Due, int? DoneDaysAgo, Role? Owner)[] promises =
        [
            (today.AddDays(-3), 3, Role.Founder), (null, 1, Role.Founder), // kept
            (today.AddDays(-3), 2, Role.Founder), // late
            (today.AddDays(-1), null, Role.Founder), // slipped
            (today, null, Role.Founder), (null, null, Role.Founder), // open
            (today.AddDays(-9), null, Role.Coach), (null, null, null), // not the founder's
        ];
        await portal.InDbAsync(db =>
        {
            foreach (var (due, done, owner) in promises)
                db.Items.Add(Action(session.Id, due, done, owner));
            db.Items.Add(Action(others.Id, null, null, Role.Founder));
            return db.SaveChangesAsync();
        });
        var lists = portal.Get<SessionLists>();

        var coachs = await lists.TalliesAsync(new(portal.Coach.Id, Role.Coach, ""), TimeZoneInfo.Utc);
        var founders = await lists.TalliesAsync(new(portal.Founder.Id, Role.Founder, ""), TimeZoneInfo.Utc);

        Assert.Equal(new ActionTally(portal.Founder.Id, portal.Founder.Name, Kept: 2, Late: 1, Slipped: 1, Open: 2), Assert.Single(coachs));
        Assert.Equal(coachs, founders);
        Assert.Equal(portal.OtherFounder.Id, Assert.Single(await lists.TalliesAsync(new(portal.OtherCoach.Id, Role.Coach, ""), TimeZoneInfo.Utc)).FounderId);
    }

    private static SessionItem Action(Guid session, DateOnly? due, int? doneDaysAgo, Role? owner) => new()
    {
        SessionId = session, Kind = ItemKind.NextAction, Text = "Call them", Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow,
        DueOn = due, DoneAt = doneDaysAgo is { } days ? DateTimeOffset.UtcNow.AddDays(-days) : null, Owner = owner,
    };
}
