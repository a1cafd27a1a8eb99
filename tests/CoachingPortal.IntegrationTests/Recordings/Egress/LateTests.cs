using CoachingPortal.Domain;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>LiveKit does what it was asked for, but later than the portal waits for.</summary>
public sealed class LateTests(EgressWorld world) : IClassFixture<EgressWorld>, IAsyncDisposable
{
    /// <summary>Longer than the portal waits for an answer.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(6.5);

    public ValueTask DisposeAsync() => world.CalmAsync();

    [Fact]
    public async Task Start_TakenUpWhenNobodyWaitsAnyMore_IsTheOneEgressAllTheSame()
    {
        world.LiveKit.IsLate("StartRoomCompositeEgress", Late);
        var (call, _, _, _) = await world.ARunningRecordingAsync();

        var egress = await world.EgressAsync(call, e => e.EgressId is not null);

        Assert.Equal((egress.EgressId, 1), (Assert.Single(await world.StartedAsync(call)).EgressId, egress.Attempts));
    }

    [Fact]
    public async Task Start_TakenUpWhenTheCallIsOver_IsStopped()
    {
        world.LiveKit.IsLate("StartRoomCompositeEgress", Late);
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        await world.EgressAsync(call, e => e.Status == EgressState.Starting);

        await world.EndsAsync(call);

        var egress = await world.EgressAsync(call, e => e.StoppedAt is not null || e.IsFinal);
        Assert.Equal((egress.EgressId, EgressStatus.EgressEnding), Assert.Single(await world.StartedAsync(call)) is var started ? (started.EgressId, started.Status) : default);
    }

    /// <summary>Between the file and the word of it lie moments, in which somebody may look.</summary>
    [Fact]
    public async Task File_ThatLiveKitIsAboutToReport_IsTakenAtItsWord()
    {
        var (call, running) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.InDbAsync(db => db.Egresses.Where(e => e.Id == running.Id).ExecuteUpdateAsync(u => u.SetProperty(e => e.StopWantedAt, e => e.StopWantedAt - TimeSpan.FromMinutes(6))));

        await world.Get<IObjectStore>().PutAsync(running.Key, new MemoryStream(new byte[1000]));
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        Assert.Equal(EgressState.Ending, Assert.Single(await world.EgressesAsync(call)).Status);

        await world.FinishesAsync(running, running.WantedAt.AddSeconds(1), TimeSpan.FromSeconds(30));
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        var done = Assert.Single(await world.EgressesAsync(call));
        Assert.Equal((EgressState.Complete, 30_000, running.WantedAt.AddSeconds(1)), (done.Status, done.DurationMs, done.FileStartedAt));
    }
}
