using System.Collections.Concurrent;
using System.Globalization;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>
/// Webhooks get lost, come twice, late and out of order, as a seed says, whatever people and LiveKit do meanwhile; however
/// they do, the rows end right and each message to FRED stands in the notes once.
/// </summary>
public sealed class SelfHealingTests(VoicesWorld world, ITestOutputHelper output) : IClassFixture<VoicesWorld>
{
    /// <summary><c>./test --long</c> asks for more.</summary>
    private static readonly int Schedules = Environment.GetEnvironmentVariable("TESTS_LONG") == "1" ? 1000 : 50;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Webhooks_LostDoubledLateAndOutOfOrder_EndInTheRightRows()
    {
        var faults = new ConcurrentBag<string>();
        var took = new ConcurrentBag<TimeSpan>();
        using var stop = new CancellationTokenSource();
        foreach (var method in new[] { "StartRoomCompositeEgress", "StartTrackEgress", "StopEgress", "ListEgress", "ListParticipants", "GetParticipant", "UpdateParticipant", "DeleteRoom" })
            world.LiveKit.FailsNowAndThen(method, oneIn: 10);
        var reconciling = ReconcileAsync(stop.Token);
        await Parallel.ForAsync(0, Schedules, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            var day = new BadDay(world, seed);
            try
            {
                await day.PlayAsync();
                took.Add(await SettlesAsync(day));
                await RightAsync(day);
            }
            catch (Exception e)
            {
                faults.Add($"seed {seed} ({string.Join(", ", day.Happened)}): {e.Message}");
            }
        });
        await stop.CancelAsync();
        await reconciling;
        output.WriteLine($"{Schedules} schedules, the slowest right after {took.DefaultIfEmpty().Max().TotalSeconds:0.0} s");

        Assert.True(faults.IsEmpty, string.Join('\n', faults));
    }

    /// <summary>The clustered jobs, oftener than in earnest.</summary>
    private async Task ReconcileAsync(CancellationToken stop)
    {
        for (; !stop.IsCancellationRequested; await Task.Delay(2000, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
        {
            await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
            await world.Get<RoomReconcile>().RunAsync(CancellationToken.None);
        }
    }

    /// <returns>How long it took.</returns>
    private async Task<TimeSpan> SettlesAsync(BadDay day)
    {
        var began = DateTime.UtcNow;
        string? open;
        while ((open = await WhatIsOpenAsync(day)) is not null && DateTime.UtcNow - began < Within)
            await Task.Delay(200);
        Assert.Null(open);
        return DateTime.UtcNow - began;
    }

    private async Task<string?> WhatIsOpenAsync(BadDay day) => await world.InDbAsync(async db =>
        await db.Egresses.AnyAsync(e => e.SessionId == day.Session.Id && (RecordingEgress.Open.Contains(e.Status) || e.HeldPersonIds.Length > 0)) ? "an egress is open, or holds somebody"
        : await db.Recordings.AnyAsync(r => r.SessionId == day.Session.Id && r.Status != RecordingStatus.Complete && r.Status != RecordingStatus.Failed) ? "the recording is not done"
        : world.LiveKit.RoomNames.Contains(day.Session.RoomName) ? "the room is open" : null);

    private async Task RightAsync(BadDay day)
    {
        var id = day.Session.Id;
        var rows = await world.InDbAsync(db => db.Egresses.AsNoTracking().Where(e => e.SessionId == id).ToListAsync());
        foreach (var row in rows)
            IsAsLiveKitSaid(row, row.EgressId is null ? null : day.Ends.GetValueOrDefault(row.EgressId));
        // Nothing records that no row knows of, and nothing twice.
        var known = rows.Select(r => r.EgressId).Where(e => e is not null).ToList();
        Assert.Equal(known.Count, known.Distinct().Count());
        Assert.True(day.Ends.Keys.All(known.Contains), $"no row knows of {string.Join(", ", day.Ends.Where(e => !known.Contains(e.Key)).Select(e => e.Value))}; there are {string.Join(", ", rows.Select(r => $"{r.EgressId} {r.Status} {r.Key} {r.Attempts} {r.Failure} asked {r.AskedAt:O} stop {r.StopWantedAt:O} {r.EndedAt:O}"))}");
        Assert.All(rows.Where(r => r.Kind == EgressKind.Track), r => Assert.Contains(r.PersonId!.Value, day.HeardAlone));
        Assert.DoesNotContain(rows.Where(r => r.Kind == EgressKind.Track && r.StopWantedAt is null).GroupBy(r => (r.SegmentId, r.TrackId)), g => g.Count() > 1);

        var recording = Assert.Single(await world.InDbAsync(db => db.Recordings.AsNoTracking().Include(r => r.Segments).Include(r => r.Files).Where(r => r.SessionId == id).ToListAsync()));
        var rooms = rows.Where(r => r.Kind == EgressKind.Room).ToList();
        Assert.Equal(recording.Segments.Select(s => s.Id).Order(), rooms.Select(r => r.SegmentId).Order());
        Assert.All(recording.Segments, s => Assert.NotNull(s.EndedAt));
        var parts = recording.Segments.OrderBy(s => s.Number).Select(s => rooms.Single(r => r.SegmentId == s.Id)).Where(r => r.Status == EgressState.Complete).ToList();
        if (parts.Count > 0)
        {
            Assert.Equal(RecordingStatus.Complete, recording.Status);
            Assert.Equal(
                parts.Select((p, i) => (RecordingKeys.Part(i + 1), p.Key, p.Size!.Value)),
                recording.Files.Where(f => f.SegmentId is not null).Select(f => (f.Name, f.Key, f.Size)).OrderBy(f => int.Parse(f.Name[5..^4], CultureInfo.InvariantCulture)));
            Assert.Equal(parts[0].FileStartedAt, recording.StartedAt);
            Assert.Equal((long)(parts.Max(p => p.FileStartedAt!.Value.AddMilliseconds(p.DurationMs!.Value)) - recording.StartedAt).TotalMilliseconds, recording.DurationMs!.Value, 1.0);
        }
        else
        {
            Assert.Equal((RecordingStatus.Failed, true), (recording.Status, recording.FailureReason is { Length: > 0 }));
            Assert.All(rooms, r => Assert.Contains(r.Failure!, recording.FailureReason, StringComparison.Ordinal));
        }
        Assert.Equal(day.Messages, await world.FredNotesOfAsync(id, world.Founder));
        var people = await world.InDbAsync(db => db.Participations.AsNoTracking().Where(p => p.SessionId == id).ToListAsync());
        Assert.All(people, p => Assert.Contains(p.EndReason, new EndReason?[] { EndReason.Left, EndReason.Resumed, EndReason.Replaced }));
        Assert.Equal(2, people.Count(p => p.EndReason == EndReason.Left));
        Assert.Equal(1, await world.InDbAsync(db => db.Calls.CountAsync(c => c.SessionId == id)));
    }

    private static void IsAsLiveKitSaid(RecordingEgress row, EgressInfo? end)
    {
        Assert.True(end is not null || row.EgressId is null, $"LiveKit's {row.EgressId} never ended, and its row is {row.Status}");
        if (end?.Status == EgressStatus.EgressComplete)
        {
            var file = end.FileResults[0];
            Assert.Equal((EgressState.Complete, file.Filename, file.Size, file.Duration / 1_000_000), (row.Status, row.Key, row.Size!.Value, row.DurationMs!.Value));
            return;
        }
        Assert.Equal(EgressState.Failed, row.Status);
        Assert.True(row.EgressId is not null || row.StopWantedAt is not null || row.Attempts == EgressTimes.MaxAttempts, $"given up after {row.Attempts} tries");
        Assert.Contains(end is null ? "" : end.Error.Length > 0 ? end.Error : "stopped before it had recorded anything", row.Failure, StringComparison.Ordinal);
    }
}
