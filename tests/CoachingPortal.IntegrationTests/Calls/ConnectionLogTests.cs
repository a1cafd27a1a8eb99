using CoachingPortal.Calls;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>What pages in a call say of their connections.</summary>
public sealed class ConnectionLogTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Now = new(DateTimeOffset.UtcNow.Ticks / 10_000_000 * 10_000_000, TimeSpan.Zero);

    [Fact]
    public async Task Quality_InTheCall_IsScoredAndKeptOnce()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        object[] readings = [AReading(-10), AReading(-5, loss: 0.1), AReading(0, rttMs: null)];

        var answer = await founder.Hub.InvokeAsync("Quality", (object)readings);
        // The page did not hear the answer, and sends it again.
        await founder.Hub.InvokeAsync("Quality", (object)readings);

        // 40 ms round trip and 5 ms jitter cost one point of 93.2, a tenth lost 40; without a round trip half a point.
        Assert.Equal(["99 good", "56 poor", "99 good"], answer!["scores"]!.AsArray().Select(s => $"{s!["score"]} {s["level"]}"));
        Assert.False((bool)answer["isFull"]!);
        var kept = await KeptAsync(founder.Participation);
        Assert.Equal([(40f, 0f, 5f, 99), (40f, 0.1f, 5f, 56), (null, 0f, 5f, 99)], kept.Select(s => (s.RttMs, s.Loss, s.JitterMs, (int)s.Score)));
        Assert.All(kept, s => Assert.Equal(session.Id, s.SessionId));
        Assert.Equal(Now.AddSeconds(-10), kept[0].At);
    }

    public static TheoryData<double?, double, double, double> OutOfBounds => new()
    {
        { -1, 0, 0, 0 }, { 60_001, 0, 0, 0 }, { double.NaN, 0, 0, 0 }, { 40, -0.01, 0, 0 }, { 40, 1.01, 0, 0 }, { 40, double.NaN, 0, 0 }, { 40, double.PositiveInfinity, 0, 0 },
        { 40, 0, -0.1, 0 }, { 40, 0, double.NaN, 0 }, { 40, 0, double.PositiveInfinity, 0 }, { 40, 0, 0, 60 }, { 40, 0, 0, -4000 },
    };

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public async Task Keep_OneOutOfBounds_KeepsNone(double? rttMs, double loss, double jitterMs, double seconds)
    {
        var log = portal.Get<ConnectionLog>();

        await Assert.ThrowsAsync<ArgumentException>(() => log.KeepAsync(Ids.New(), [new(Now, 40, 0, 0), new(DateTimeOffset.UtcNow.AddSeconds(seconds), rttMs, loss, jitterMs)], default));
    }

    [Fact]
    public async Task Quality_BadInputOverTheLine_IsRefusedInWordsAndNothingIsKept()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);

        Assert.Contains("1 to 60", await RefusalAsync(founder.Hub, null), StringComparison.Ordinal);
        Assert.Contains("1 to 60", await RefusalAsync(founder.Hub, Array.Empty<object>()), StringComparison.Ordinal);
        Assert.Contains("1 to 60", await RefusalAsync(founder.Hub, Enumerable.Range(0, 61).Select(i => AReading(-i)).ToArray()), StringComparison.Ordinal);
        Assert.Contains("missing", await RefusalAsync(founder.Hub, new[] { AReading(0), null }), StringComparison.Ordinal);
        Assert.Contains("Loss", await RefusalAsync(founder.Hub, new[] { AReading(0), AReading(-5, loss: 2) }), StringComparison.Ordinal);
        await RefusalAsync(founder.Hub, "x");

        Assert.Empty(await KeptAsync(founder.Participation));
        Assert.NotNull(await founder.Hub.InvokeAsync("Quality", (object)new[] { AReading(0) }));
    }

    [Fact]
    public async Task Quality_NotInTheCallOrNoMore_IsRefused()
    {
        var session = await portal.ASessionAsync();
        await using var outside = await HubClient.ConnectAsync(portal, portal.Founder);
        Assert.Contains("not in a call", await RefusalAsync(outside, new[] { AReading(0) }), StringComparison.Ordinal);
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await portal.InDbAsync(db => db.Participations.Where(p => p.Id == founder.Participation)
            .ExecuteUpdateAsync(u => u.SetProperty(p => p.EndedAt, Now).SetProperty(p => p.EndReason, EndReason.Gone)));

        Assert.Contains("ended", await RefusalAsync(founder.Hub, new[] { AReading(0) }), StringComparison.Ordinal);
        Assert.Empty(await KeptAsync(founder.Participation));
    }

    [Fact]
    public async Task Quality_AsManyAsThereCanBe_IsSaidAndOnlyScored()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await portal.InDbAsync(db => db.Database.ExecuteSqlAsync(
            $"""
            insert into connection_samples (participation_id, session_id, at, loss, jitter_ms, score)
            select {founder.Participation}, {session.Id}, {Now} - i * interval '5 seconds', 0, 0, 100 from generate_series(10, {ConnectionLog.MostKept + 8}) i
            """));

        var last = await founder.Hub.InvokeAsync("Quality", (object)new[] { AReading(-10), AReading(-5) });

        Assert.Equal((true, 2), ((bool)last!["isFull"]!, last["scores"]!.AsArray().Count));
        Assert.Equal(ConnectionLog.MostKept, (await KeptAsync(founder.Participation)).Count);
    }

    private static object AReading(double seconds, double? rttMs = 40, double loss = 0, double jitterMs = 5) => new { at = Now.AddSeconds(seconds), rttMs, loss, jitterMs };

    private static async Task<string> RefusalAsync(HubClient hub, object? readings) =>
        (await Assert.ThrowsAsync<HubRefusedException>(() => hub.InvokeAsync("Quality", readings))).Message;

    private Task<List<ConnectionSample>> KeptAsync(Guid participation) =>
        portal.InDbAsync(db => db.ConnectionSamples.AsNoTracking().Where(s => s.ParticipationId == participation).OrderBy(s => s.At).ToListAsync());
}
