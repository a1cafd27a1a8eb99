using CoachingPortal.Domain;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

public sealed class WordTimesTests(TranscriptionWorld world, PostgresServer postgres) : IClassFixture<TranscriptionWorld>
{
    [Fact]
    public async Task WordsWithTimes_TheMomentOfAClaim_IsWhenItsWordsWereSaid()
    {
        var (call, recording) = await world.ACallAsync([world.Founder]);
        await world.AssembleAsync(call);
        world.Service.Says = "Well then. I'll call them today.";

        await world.TranscribeAsync(call);

        // Six words in three seconds, from the first and the ninth on.
        var turns = await world.TurnsAsync(call.SessionId);
        Assert.Equal([1.0, 9.0], turns.Select(t => Math.Round((t.StartedAt - recording.StartedAt).TotalSeconds, 1)));
        Assert.All(turns, t => Assert.InRange(TurnPieces.At(t.Pieces, t.Text.IndexOf("I'll", StringComparison.Ordinal)), 900, 1100));
        Assert.All(turns, t => Assert.InRange(TurnPieces.At(t.Pieces, t.Text.IndexOf("today", StringComparison.Ordinal)), 2400, 2600));
        Assert.All(world.Service.Requests, r => Assert.Equal("segment,word", r.Fields["timestamp_granularities[]"]));
    }

    [Fact]
    public async Task ServerThatRefusesWords_IsAskedWithoutThem()
    {
        await using var plain = new TranscriptionWorld(postgres);
        await ((IAsyncLifetime)plain).InitializeAsync();
        plain.Service.KnowsWords = false;
        var (call, recording) = await plain.ACallAsync([plain.Founder, plain.Coach]);
        await plain.AssembleAsync(call);

        await plain.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Carla: coach 5.0-8.0", "Fiona: founder 9.0-12.0"], await plain.TranscriptAsync(recording));
        Assert.All(plain.Service.Requests, r => Assert.Equal("segment", r.Fields["timestamp_granularities[]"]));
        Assert.Empty(plain.Service.Complaints);
    }
}
