using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// A recorded call of one hour that began an hour ago, so that the rule "no more sound than time has passed" lets all of
/// it in at once: both tracks are pushed over HTTP as fast as the portal takes them, then both people leave and the
/// portal writes the files by itself, and then summary and archive: the whole work after a call, beside the same call's hour.
/// </summary>
internal static class RecorderBenchmark
{
    private const int Rate = 16000;
    private const int Seconds = 3600;
    private const int AtOnce = 4;
    private const double Megabyte = 1e6;

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync("Recording:LateChunks=00:00:00");
        await using var _ = portal;
        var (call, turns) = await ACallAsync(database);
        using var founder = await SignedIn.ClientAsync(portal, call.Founder);
        using var coach = await SignedIn.ClientAsync(portal, call.Coach);
        await Task.Delay(2000);
        var idle = Memory(portal, "VmRSS");
        // From here on the kernel counts the peak anew.
        await File.WriteAllTextAsync($"/proc/{portal.ProcessId}/clear_refs", "5");

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(PushAsync(founder, call, call.OfFounder, 440), PushAsync(coach, call, call.OfCoach, 1000));
        var pushed = clock.Elapsed;
        var peakOfIntake = Memory(portal, "VmHWM") - idle;

        foreach (var (client, participation) in new[] { (founder, call.OfFounder), (coach, call.OfCoach) })
            (await client.PostAsync(new Uri($"/api/calls/participations/{participation}/leave", UriKind.Relative), null)).EnsureSuccessStatusCode();
        clock.Restart();
        var left = DateTimeOffset.UtcNow;
        var recording = await database.UntilAsync(
            db => db.Recordings.AsNoTracking().Include(r => r.Files).SingleAsync(r => r.Id == call.Recording), r => r.Status is RecordingStatus.Complete or RecordingStatus.Failed, "the files are written", 300);
        var assembled = clock.Elapsed;
        if (recording.Status == RecordingStatus.Failed || recording.DurationMs < Seconds * 1000)
            throw new InvalidOperationException($"The recording came out wrong: {recording.Status}, {recording.DurationMs} ms. {recording.FailureReason}");
        var peak = Memory(portal, "VmHWM") - idle;

        report.Add(new("recorder", "peak memory over idle, intake", peakOfIntake / Megabyte, "MB", 150));
        report.Add(new("recorder", "peak memory over idle, files too", peak / Megabyte, "MB", 150));
        report.Add(new("recorder", "intake of 2 x 1 h in 1 s chunks", pushed.TotalSeconds, "s"));
        report.Add(new("recorder", "chunks taken a second", 2 * Seconds / pushed.TotalSeconds, ""));
        report.Add(new("recorder", "last leave to files written", assembled.TotalSeconds, "s"));
        report.Note(string.Create(CultureInfo.InvariantCulture, $"recorder: the portal used {idle / Megabyte:0} MB when idle; the intake ran {Seconds / pushed.TotalSeconds:0} times as fast as the call."));
        var steps = await database.UntilAsync(
            db => db.PostCallSteps.AsNoTracking().Where(s => s.SessionId == call.Session).OrderBy(s => s.Position).ToListAsync(), s => s.TrueForAll(x => x.Status is StepStatus.Done or StepStatus.Failed), "all is done after the call", 300);
        if (steps.Find(s => s.Status == StepStatus.Failed) is { } failed)
            throw new InvalidOperationException($"The step {failed.Name} failed: {failed.Error}");
        report.Add(new("recorder", $"last leave to all done, {turns} turns", (steps[^1].FinishedAt!.Value - left).TotalSeconds, "s", Beside: Seconds, Besides: "the call"));
        report.Note("recorder: done after the last leave: " + string.Join(", ", steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {(s.FinishedAt!.Value - left).TotalSeconds:0.0} s"))));
        await MixBesideSox.RunAsync(Path.Combine(portal.DataFolder, "objects"), recording, report);
    }

    private static async Task PushAsync(HttpClient client, ACall call, Guid participation, int frequency)
    {
        using var answer = await client.PostAsJsonAsync($"/api/recordings/{call.Recording}/tracks", new BeginTrack(participation, call.StartedAt));
        answer.EnsureSuccessStatusCode();
        var track = (await answer.Content.ReadFromJsonAsync<BegunTrack>())!;
        var second = ASecond(frequency);
        await Parallel.ForEachAsync(Enumerable.Range(0, Seconds), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellation) =>
        {
            using var body = new ByteArrayContent(second);
            using var taken = await client.PutAsync(
                new Uri($"/api/recordings/tracks/{track.TrackId}/chunks/{number}?position={(long)number * Rate}", UriKind.Relative), body, cancellation);
            if (taken.StatusCode != HttpStatusCode.NoContent)
                throw new InvalidOperationException($"Chunk {number} was refused: {taken.StatusCode} {await taken.Content.ReadAsStringAsync(cancellation)}");
        });
    }

    /// <summary>A tone with noise on it: nothing that happens to be easy.</summary>
    private static byte[] ASecond(int frequency)
    {
        var random = new Random(frequency);
        var samples = new short[Rate];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(12000 * Math.Sin(2 * Math.PI * frequency * i / Rate) + random.Next(-3000, 3000));
        return MemoryMarshal.AsBytes<short>(samples).ToArray();
    }

    /// <summary>Bytes, as the kernel counts them.</summary>
    private static double Memory(PortalProcess portal, string name)
    {
        var line = File.ReadLines($"/proc/{portal.ProcessId}/status").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static async Task<(ACall Call, int Turns)> ACallAsync(Stage.Database database)
    {
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        var now = DateTimeOffset.UtcNow;
        var start = now.AddSeconds(-Seconds);
        var call = new Call { SessionId = session.Id, StartedAt = start };
        var recording = new Recording { SessionId = session.Id, CallId = call.Id, RequestedById = founder.Id, Status = RecordingStatus.Active, StartedAt = start, SampleRate = Rate };
        await using var db = database.Open();
        db.AddRange(call, recording);
        await db.SaveChangesAsync();
        db.Add(new RecordingSegment { RecordingId = recording.Id, Number = 1, StartedAt = start });
        // No page says for them that they are alive.
        var (ofFounder, ofCoach) = (Join(founder), Join(coach));
        db.AddRange(ofFounder, ofCoach);
        await db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(
            u => u.SetProperty(s => s.RecordingRequestedAt, start).SetProperty(s => s.RecordingRequestedById, founder.Id));
        foreach (var person in new[] { founder, coach })
            await Consents.AnswerAsync(db, session.Id, person.Id, ConsentWording.Recording, granted: true, start);
        await db.SaveChangesAsync();
        return (new(session.Id, founder, coach, ofFounder.Id, ofCoach.Id, recording.Id, start), await ArchiveBenchmark.TalkAsync(db, session.Id, call.Id, start, coach, founder));

        Participation Join(Person person) => new()
        {
            CallId = call.Id, SessionId = session.Id, PersonId = person.Id, Role = person.Role, TabId = "benchmark", CreatedAt = start, JoinedAt = start, LastSeenAt = now.AddHours(1),
        };
    }

    private sealed record ACall(Guid Session, Person Founder, Person Coach, Guid OfFounder, Guid OfCoach, Guid Recording, DateTimeOffset StartedAt);
}
