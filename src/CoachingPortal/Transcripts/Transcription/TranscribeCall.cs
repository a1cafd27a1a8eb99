using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>
/// After a call: makes turns of its captions, and writes down each person's own track where that is set up. Only of
/// people whose consent to a transcript stands, and only what they said while it did. Until all is there, and when it
/// fails, the captions stay.
/// </summary>
internal sealed partial class TranscribeCall(
    IDbContextFactory<PortalDb> databases, IEnumerable<ISpokenTracks> sources, SpokenSound sound, IServiceProvider services, IOptions<TranscriptionOptions> options, TimeProvider time,
    ILogger<TranscribeCall> log) : IPostCallStep
{
    public const string StepName = "transcribe";

    public string Name => StepName;

    public string Title => "Writing the transcript";

    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        Call? call;
        CoachingSession? session;
        Dictionary<Guid, IReadOnlyList<Stretch>> consented;
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            call = await db.Calls.AsNoTracking().SingleOrDefaultAsync(c => c.Id == callId && c.SessionId == sessionId, cancellation);
            session = await db.Sessions.AsNoTracking().Include(s => s.Founder).Include(s => s.Coach).SingleOrDefaultAsync(s => s.Id == sessionId && s.DeletedAt == null, cancellation);
            if (call is null || session is null || await db.Transcriptions.AnyAsync(t => t.CallId == callId, cancellation))
                return;
            await JoinCaptionsAsync(db, call, cancellation);
            if (!options.Value.IsSet)
                return;
            consented = await ConsentedAsync(db, sessionId, cancellation);
        }
        await WaitForRecordingAsync(callId, cancellation);
        var tracks = new List<SpokenTrack>();
        var missing = new List<Guid>();
        foreach (var source in sources)
        {
            tracks.AddRange(await source.OfCallAsync(sessionId, callId, cancellation));
            missing.AddRange(await source.MissingAsync(sessionId, callId, cancellation));
        }
        var names = string.Join(" and ", new[] { session.Founder!, session.Coach! }.Where(p => missing.Contains(p.Id) && consented.ContainsKey(p.Id)).Select(p => p.Name));
        if (tracks.Count == 0)
        {
            await NoteMixedAsync(call, names, cancellation);
            return;
        }
        var people = await HearAsync(session, tracks, consented, cancellation);
        if (people.Count > 0)
            await StoreAsync(call, people, names, cancellation);
    }

    private async Task JoinCaptionsAsync(PortalDb db, Call call, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await TurnReplacement.JoinCaptionsAsync(db, call, time.GetUtcNow(), cancellation) > 0)
            await PublishAsync(db, call.SessionId, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task WaitForRecordingAsync(Guid callId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        RecordingStatus[] open = [RecordingStatus.Active, RecordingStatus.Paused, RecordingStatus.Processing];
        if (await db.Recordings.AnyAsync(r => r.CallId == callId && open.Contains(r.Status), cancellation))
            throw new StepWaitsException("The recording is being written.", TimeSpan.FromSeconds(5));
    }

    /// <summary>Of each person whose consent stands: when it did.</summary>
    private async Task<Dictionary<Guid, IReadOnlyList<Stretch>>> ConsentedAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var answers = await db.Consents.AsNoTracking().Where(c => c.SessionId == sessionId).ToListAsync(cancellation);
        return answers.GroupBy(a => a.PersonId).Select(a => (Id: a.Key, Spans: ConsentedTime.Of(a, options.Value.SentTo))).Where(a => a.Spans.Count > 0 && a.Spans[^1].Holds(now)).ToDictionary(a => a.Id, a => a.Spans);
    }

    private async Task<List<HeardPerson>> HearAsync(CoachingSession session, List<SpokenTrack> tracks, Dictionary<Guid, IReadOnlyList<Stretch>> consented, CancellationToken cancellation)
    {
        ITranscriber transcriber = options.Value.HasEndpoint ? services.GetRequiredService<EndpointTranscriber>() : services.GetRequiredService<CommandTranscriber>();
        var prompt = TranscriptionPrompt.Of(session, options.Value);
        var people = new List<HeardPerson>();
        foreach (var own in tracks.Where(t => consented.ContainsKey(t.PersonId)).GroupBy(t => (t.PersonId, t.Role)))
        {
            var name = own.Key.Role == Role.Coach ? session.Coach!.Name : session.Founder!.Name;
            var (covered, said) = (new List<Stretch>(), new List<Utterance>());
            foreach (var track in own.OrderBy(t => t.StartedAt))
            {
                var spans = Stretch.Common(track.Spans, consented[own.Key.PersonId]);
                covered.AddRange(spans);
                foreach (var piece in await sound.PiecesAsync(track, spans, transcriber.MaxBytes, cancellation))
                {
                    var heard = await transcriber.TranscribeAsync(piece, prompt, cancellation);
                    var language = heard.Language ?? options.Value.Language;
                    said.AddRange(heard.Heard.Select(h => new Utterance(own.Key.PersonId, name, own.Key.Role, h.Text, piece.StartedAt + h.From, piece.StartedAt + h.To, h.Confidence, language) { Pieces = h.Pieces }));
                    LogPiece(session.Id, piece.Length.TotalSeconds, heard.Heard.Count);
                }
            }
            people.Add(new(own.Key.PersonId, [.. covered.DistinctBy(s => s.From)], said));
        }
        return people;
    }

    /// <param name="missing">Whose voice was not recorded on its own, or not all of it; may be empty.</param>
    private async Task StoreAsync(Call call, List<HeardPerson> people, string missing, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // A withdrawal that comes at the same moment comes before or after, never in between.
        await Consents.HoldAsync(db, call.SessionId, cancellation);
        var standing = await ConsentedAsync(db, call.SessionId, cancellation);
        if (!await db.Sessions.AnyAsync(s => s.Id == call.SessionId && s.DeletedAt == null, cancellation))
            return;
        var now = time.GetUtcNow();
        var written = await TurnReplacement.WriteAsync(db, call, [.. people.Where(p => standing.ContainsKey(p.PersonId))], now, cancellation);
        db.Transcriptions.Add(new()
        {
            CallId = call.Id,
            SessionId = call.SessionId,
            FinishedAt = now,
            Turns = written.Count,
            Words = written.Count > 0 ? "Written down after the call, from each one's own recording." + (written.CaptionsStay ? " Where nothing was understood on it, the captions of the call stay." : "") + WhatStays(missing) : "Nothing was understood on the recordings, so the captions of the call stay.",
        });
        await db.SaveChangesAsync(cancellation);
        if (written.Count > 0)
            await RereadAsync(db, call.Id, now, cancellation);
        await PublishAsync(db, call.SessionId, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>A later step that has read the captions, because this one took several tries, reads the better words.</summary>
    private static Task<int> RereadAsync(PortalDb db, Guid callId, DateTimeOffset now, CancellationToken cancellation) =>
        db.PostCallSteps.Where(s => s.CallId == callId && s.Status == StepStatus.Done && db.PostCallSteps.Any(own => own.CallId == callId && own.Name == StepName && own.Position < s.Position))
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.Status, StepStatus.Waiting).SetProperty(s => s.Attempts, 0).SetProperty(s => s.NextAttemptAt, now), cancellation);

    /// <summary>With all voices in one file nobody could say whose words they are; that is told where the transcript stands.</summary>
    private async Task NoteMixedAsync(Call call, string missing, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Recordings.AnyAsync(r => r.CallId == call.Id && r.Recorder == Recorder.Egress && r.Status == RecordingStatus.Complete && r.DeletedAt == null, cancellation))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Transcriptions.Add(new()
        {
            CallId = call.Id,
            SessionId = call.SessionId,
            FinishedAt = time.GetUtcNow(),
            Turns = 0,
            Words = "This call was recorded with all voices in one file, which does not tell who speaks: so the captions of the call are its transcript." + WhatStays(missing),
        });
        await db.SaveChangesAsync(cancellation);
        await PublishAsync(db, call.SessionId, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static string WhatStays(string missing) =>
        missing.Length == 0 ? "" : $" Not all that {missing} said could be recorded on its own: there the captions of the call stay.";

    private static async Task PublishAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Turns, cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Wrote down {Seconds} s of sound for session {SessionId}: {Segments} segments")]
    private partial void LogPiece(Guid sessionId, double seconds, int segments);
}
