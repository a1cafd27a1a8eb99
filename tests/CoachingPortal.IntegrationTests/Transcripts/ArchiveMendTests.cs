using System.IO.Compression;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts.Archive;
using CoachingPortal.Transcripts.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace CoachingPortal.IntegrationTests.Transcripts;

/// <summary>The night's comparison of the sessions with the archive.</summary>
public sealed class ArchiveMendTests(ArchiveWorld world) : IClassFixture<ArchiveWorld>
{
    [Theory]
    [InlineData("archive-mend", typeof(ArchiveMendJob))]
    [InlineData("search-words-mend", typeof(SearchWordsMend))]
    public async Task Night_EachJob_IsDueWithinADay(string name, Type job)
    {
        var scheduler = await world.Get<ISchedulerFactory>().GetScheduler();

        var trigger = await scheduler.GetTrigger(new TriggerKey(name));

        Assert.NotNull(trigger);
        Assert.InRange(trigger.NextFireTimeUtc!.Value, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(25));
        Assert.Equal(job, (await scheduler.GetJobDetail(trigger.JobKey))!.JobType);
    }

    [Fact]
    public async Task Mend_WhateverIsAmiss_IsAsItShouldBeAfterwards()
    {
        var (missing, _) = await world.AFinishedSessionAsync("missing");
        var (lost, lostCall) = await world.AFinishedSessionAsync("lost");
        var (stale, staleCall) = await world.AFinishedSessionAsync("stale");
        var (moved, movedCall) = await world.AFinishedSessionAsync("moved");
        var (purged, purgedCall) = await world.AFinishedSessionAsync("purged");
        var (sound, soundCall) = await world.AFinishedSessionAsync("sound");
        foreach (var (session, call) in new[] { (lost, lostCall), (stale, staleCall), (moved, movedCall), (purged, purgedCall), (sound, soundCall) })
            await world.StepAsync(session, call);
        var orphan = $"sessions/year=2026/month=01/day=01/{Ids.New()}.json.gz";
        await world.Objects.PutAsync(orphan, new MemoryStream([1]));
        await world.Objects.PutAsync("sessions/readme.txt", new MemoryStream([1]));
        await world.Objects.DeleteAsync(ArchiveWorld.KeyOf(lost));
        var soundAt = (await world.Objects.HeadAsync(ArchiveWorld.KeyOf(sound)))!.ModifiedAt;
        // As if the portal had been killed before it followed: no news goes out.
        await world.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == stale.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "fresh"));
            await db.Sessions.Where(s => s.Id == moved.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.StartsAt, s => s.StartsAt.AddDays(-1)));
            await db.Sessions.Where(s => s.Id == purged.Id).ExecuteDeleteAsync();
        });

        var check = await world.Get<ArchiveMend>().RunAsync();

        Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(missing)));
        Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(lost)));
        Assert.Equal("fresh", (await world.ReadAsync(ArchiveWorld.KeyOf(stale)))!.Value.GetProperty("transcript")[0].GetProperty("text").GetString());
        Assert.NotNull(await world.ReadAsync($"sessions/year=2026/month=02/day=28/{moved.Id}.json.gz"));
        Assert.Null(await world.Objects.HeadAsync(ArchiveWorld.KeyOf(moved)));
        Assert.Null(await world.Objects.HeadAsync(ArchiveWorld.KeyOf(purged)));
        Assert.Null(await world.Objects.HeadAsync(orphan));
        Assert.NotNull(await world.Objects.HeadAsync("sessions/readme.txt"));
        Assert.Equal(soundAt, (await world.Objects.HeadAsync(ArchiveWorld.KeyOf(sound)))!.ModifiedAt);
        Assert.Equal((4, 2, 0), (check.Written, check.Removed, check.Failed));
        var again = await world.Get<ArchiveMend>().RunAsync();
        Assert.Equal((0, 0, 0), (again.Written, again.Removed, again.Failed));
    }

    [Fact]
    public async Task Mend_WhatLiesThereIsNotWhatWasWritten_IsWrittenAgain()
    {
        var damages = new (string Words, Func<byte[], byte[]> Done)[]
        {
            ("a byte in the middle is another", bytes => [.. bytes[..(bytes.Length / 2)], (byte)~bytes[bytes.Length / 2], .. bytes[((bytes.Length / 2) + 1)..]]),
            ("nothing but zeros", bytes => new byte[bytes.Length]),
            ("another object of the same size", bytes => Pack("{}", bytes.Length)),
            ("cut off", bytes => bytes[..^9]),
            ("something behind it", bytes => [.. bytes, 0, 0]),
        };
        var sessions = new List<CoachingSession>();
        foreach (var (_, damage) in damages)
        {
            var (session, call) = await world.AFinishedSessionAsync("whole");
            await world.StepAsync(session, call);
            await world.Objects.PutAsync(ArchiveWorld.KeyOf(session), new MemoryStream(damage(await BytesAsync(session))));
            sessions.Add(session);
        }

        var check = await world.Get<ArchiveMend>().RunAsync();

        Assert.Equal((damages.Length, 0, 0), (check.Written, check.Removed, check.Failed));
        for (var i = 0; i < damages.Length; i++)
            Assert.True(Unpack(await BytesAsync(sessions[i])).Contains("\"whole\"", StringComparison.Ordinal), damages[i].Words);
        Assert.Equal(0, (await world.Get<ArchiveMend>().RunAsync()).Written);
    }

    private async Task<byte[]> BytesAsync(CoachingSession session)
    {
        await using var packed = await world.Objects.OpenAsync(ArchiveWorld.KeyOf(session));
        var bytes = new MemoryStream();
        await packed!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static string Unpack(byte[] packed)
    {
        using var plain = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
        return plain.ReadToEnd();
    }

    /// <param name="size">Of the whole: a name in the head fills it up.</param>
    private static byte[] Pack(string plain, int size)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(plain));
        var packed = stream.ToArray();
        return [.. packed[..3], 8, .. packed[4..10], .. Enumerable.Repeat((byte)'x', size - packed.Length - 1), 0, .. packed[10..]];
    }

    [Fact]
    public async Task Mend_AStepGivenUpInALongOutage_IsMadeGoodAndThenSaidToBe()
    {
        var (givenUp, call) = await world.AFinishedSessionAsync("given up");
        var (due, dueCall) = await world.AFinishedSessionAsync("due");
        var failedAt = new DateTimeOffset(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
        await world.InDbAsync(db =>
        {
            db.Add(new PostCallStep { CallId = call.Id, SessionId = givenUp.Id, Name = "archive", Position = 3, Status = StepStatus.Failed, Attempts = 5, Error = "The store was away.", FailedAt = failedAt });
            db.Add(new PostCallStep { CallId = dueCall.Id, SessionId = due.Id, Name = "archive", Position = 3, Status = StepStatus.Waiting, NextAttemptAt = DateTimeOffset.UtcNow.AddDays(1) });
            return db.SaveChangesAsync();
        });
        var probe = world.Services.GetServices<ISystemProbe>().Single(p => p.Name == "archive");
        var before = await probe.ProbeAsync(CancellationToken.None);
        Assert.Equal((ProbeState.Fails, failedAt, "The store was away."), (before.State, before.LastFailureAt, before.LastFailure));
        Assert.Contains("1 waiting or running, 0 to be tried again, 1 given up.", before.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 not there yet", before.Words, StringComparison.Ordinal);

        await world.Get<ArchiveMend>().RunAsync();

        Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(givenUp)));
        Assert.Null(await world.ReadAsync(ArchiveWorld.KeyOf(due)));
        Assert.Equal(StepStatus.Done, await world.InDbAsync(db => db.PostCallSteps.Where(p => p.CallId == call.Id).Select(p => p.Status).SingleAsync()));
        var after = await probe.ProbeAsync(CancellationToken.None);
        Assert.Equal((ProbeState.Works, failedAt), (after.State, after.LastFailureAt));
        Assert.Contains(" 0 not there yet", after.Words, StringComparison.Ordinal);
        await world.InDbAsync(db => db.PostCallSteps.Where(p => p.CallId == dueCall.Id).ExecuteDeleteAsync());
        await world.StepAsync(due, dueCall);
    }
}
