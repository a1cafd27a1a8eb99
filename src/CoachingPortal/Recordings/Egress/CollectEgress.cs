using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// Makes one recording of what LiveKit's Egress wrote: a part a span, on one timeline. It waits until each of them is
/// there or is known never to be; run again, it comes to the same.
/// </summary>
public sealed class CollectEgress(IObjectStore store, EgressTimes times, TimeProvider time)
{
    public const string ContentType = "audio/mp4";

    /// <summary>Some stores show an object a moment after it was written.</summary>
    private static readonly TimeSpan ShownWithin = TimeSpan.FromSeconds(20);

    /// <exception cref="StepWaitsException">An egress is not over.</exception>
    public async Task RunAsync(PortalDb db, Recording recording, CancellationToken cancellation)
    {
        if (recording.Status is RecordingStatus.Complete)
            return;
        if (recording.Status == RecordingStatus.Failed)
        {
            // Somebody wants it tried again: what was not in the store may have come.
            await db.Recordings.Where(r => r.Id == recording.Id && r.Status == RecordingStatus.Failed)
                .ExecuteUpdateAsync(u => u.SetProperty(r => r.Status, RecordingStatus.Processing).SetProperty(r => r.FailureReason, (string?)null), cancellation);
        }
        if (await db.Egresses.AnyAsync(e => e.RecordingId == recording.Id && e.Kind == EgressKind.Room && RecordingEgress.Open.Contains(e.Status), cancellation))
            throw new StepWaitsException("LiveKit is still writing the recording.", TimeSpan.FromSeconds(3));
        var egresses = await db.RoomEgressesAsync(recording.Id, cancellation);
        var parts = new List<RecordingFile>();
        var faults = new List<(RecordingSegment Span, string Why)>();
        foreach (var segment in recording.Segments.OrderBy(s => s.Number))
        {
            if (!egresses.TryGetValue(segment.Id, out var egress))
                continue;
            // What failed may have left what it had, or left it later than anybody waited for.
            if (egress.Attempts > 0 && await store.HeadAsync(egress.Key, cancellation) is { Size: > 0 } found)
                parts.Add(PartOf(egress, found.Size, parts.Count + 1));
            else if (egress.Status == EgressState.Failed)
                faults.Add((segment, egress.Failure ?? EgressWords.Lost));
            else if (time.GetUtcNow() - egress.UpdatedAt < ShownWithin)
                throw new StepWaitsException("The recording is on its way into the store.", times.Pause);
            else
                faults.Add((segment, EgressWords.NoFile));
        }
        if (parts.Count == 0)
        {
            await AssembleRecording.EndAsync(db, recording, RecordingStatus.Failed, null, Failure(faults.Select(f => f.Why)), [], cancellation);
            return;
        }
        await CompleteAsync(db, recording, parts, Missing(faults), cancellation);
    }

    private async Task CompleteAsync(PortalDb db, Recording recording, List<RecordingFile> parts, string? missing, CancellationToken cancellation)
    {
        var timeline = new Timeline(Timeline.Parts(recording.Segments, parts), recording.SampleRate);
        var people = await db.Sessions.Where(s => s.Id == recording.SessionId)
            .Select(s => new RecordedPerson[] { new(s.FounderId, s.Founder!.Name, Role.Founder, null), new(s.CoachId, s.Coach!.Name, Role.Coach, null) })
            .SingleAsync(cancellation);
        var info = SessionInfo.Of(recording, timeline, people, parts) with { SampleRate = null, BitsPerSample = null, Channels = null };
        List<RecordingFile> files = [.. parts, await PutAsync(recording, RecordingKeys.Info, JsonSerializer.SerializeToUtf8Bytes(info, SessionInfo.Json), cancellation)];
        if (await EgressLevels.OutlineAsync(db, recording, timeline, cancellation) is { } outline)
            files.Add(await PutAsync(recording, RecordingKeys.Peaks, outline, cancellation));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // The files tell when the sound truly began; until now it was known when it was asked for.
        await db.Recordings.Where(r => r.Id == recording.Id && r.Status == RecordingStatus.Processing)
            .ExecuteUpdateAsync(u => u.SetProperty(r => r.StartedAt, timeline.StartedAt).SetProperty(r => r.EndedAt, timeline.EndedAt), cancellation);
        await AssembleRecording.EndAsync(db, recording, RecordingStatus.Complete, timeline.DurationMs, null, files, cancellation, missing);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<RecordingFile> PutAsync(Recording recording, string name, byte[] json, CancellationToken cancellation)
    {
        var key = RecordingKeys.File(recording, name);
        using var content = new MemoryStream(json);
        return new() { RecordingId = recording.Id, Name = name, Key = key, ContentType = "application/json", Size = await store.PutAsync(key, content, cancellation), CreatedAt = time.GetUtcNow() };
    }

    private RecordingFile PartOf(RecordingEgress egress, long size, int number)
    {
        var start = egress.FileStartedAt ?? egress.AskedAt ?? egress.WantedAt;
        var length = egress.DurationMs ?? (long)Math.Max(0, ((egress.EndedAt ?? start) - start).TotalMilliseconds);
        return new()
        {
            RecordingId = egress.RecordingId,
            Name = RecordingKeys.Part(number),
            Key = egress.Key,
            ContentType = ContentType,
            Size = size,
            CreatedAt = time.GetUtcNow(),
            SegmentId = egress.SegmentId,
            StartedAt = start,
            DurationMs = length,
        };
    }

    private static string Failure(IEnumerable<string> faults) =>
        string.Join(" ", faults.Distinct()) is { Length: > 0 } why ? "This call was not recorded: " + why : "Nothing was recorded.";

    /// <returns>Null when nothing worth a word is missing: whoever pauses twice in a moment loses nothing.</returns>
    private string? Missing(IEnumerable<(RecordingSegment Span, string Why)> faults)
    {
        var lost = faults.Select(f => (f.Why, Length: (f.Span.EndedAt ?? f.Span.StartedAt) - f.Span.StartedAt)).Where(f => f.Length >= times.TooShort).ToList();
        if (lost.Count == 0)
            return null;
        var length = RecordingItem.Clock((long)lost.Sum(f => f.Length.TotalMilliseconds));
        var what = lost.Count == 1 ? $"A part of the call ({length}) is missing" : $"{lost.Count} parts of the call ({length} together) are missing";
        return $"{what}: {string.Join(" ", lost.Select(f => f.Why).Distinct())}";
    }
}
