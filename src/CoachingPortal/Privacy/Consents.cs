using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Privacy;

/// <summary>The words that people agree to. A changed text is a new version; old answers keep the words they were given to.</summary>
public sealed record ConsentWording(ConsentType Type, string Version, string Text, string LegalBasis)
{
    public static readonly ConsentWording Recording = new(
        ConsentType.Recording,
        "recording-1",
        "The sound of this call is recorded, each voice on its own. You and your counterpart in this session can listen to it afterwards. "
            + "It starts only when everyone is here and has agreed, and you can stop it at any moment during the call.",
        "GDPR Art. 6(1)(a)");

    /// <summary>Where no recording is sent to anybody.</summary>
    public static readonly ConsentWording Transcript = OfTranscript(
        "transcript-4", "this portal may write your recording down once more after the call, by a program on its own machine.");

    /// <param name="service">Who is sent recordings to write them down; null for nobody.</param>
    public static ConsentWording TranscriptBy(string? service) => service is null
        ? Transcript
        : OfTranscript($"transcript-4:{service}", $"this portal sends your recording to {service} after the call, which writes it down once more.");

    /// <summary>
    /// Whether a yes to these words also means the recording, after the call. The first version did not tell of it; the
    /// next two left open who does it; since then it means nobody who is not named.
    /// </summary>
    /// <param name="service">As for <see cref="TranscriptBy"/>.</param>
    public static bool NamesTranscription(string version, string? service = null) => version switch
    {
        "transcript-1" => false,
        "transcript-2" or "transcript-3" => true,
        _ => service is null || version == TranscriptBy(service).Version,
    };

    /// <param name="service">As for <see cref="TranscriptBy"/>.</param>
    public static ConsentWording Of(ConsentType type, string? service) => type == ConsentType.Recording ? Recording : TranscriptBy(service);

    private static ConsentWording OfTranscript(string version, string afterTheCall) => new(
        ConsentType.Transcript,
        version,
        "What you say is written down as captions and kept as this session's transcript. Your browser turns sound into text; "
            + "Chrome, Edge and Safari send the sound to their makers (Google, Microsoft, Apple) for that. Where the call is also recorded, "
            + afterTheCall + " You can stop it at any moment during the call.",
        "GDPR Art. 6(1)(a)");
}

/// <summary>Asks and keeps consent. All methods work inside the caller's transaction.</summary>
public static class Consents
{
    /// <summary>The newest answer of each person to each question of the session that has not expired.</summary>
    public static async Task<IReadOnlyDictionary<(Guid PersonId, ConsentType Type), ConsentAnswer>> OfSessionAsync(
        PortalDb db, Guid sessionId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var answers = await db.Consents.AsNoTracking().Where(c => c.SessionId == sessionId).OrderBy(c => c.Number).ToListAsync(cancellation);
        return answers.GroupBy(a => (a.PersonId, a.Type)).Select(a => a.Last()).Where(a => a.StandsAt(now)).ToDictionary(a => (a.PersonId, a.Type), a => a.Answer);
    }

    /// <summary>Whether the newest answer is a yes to just these words: a yes to others is to be asked for anew.</summary>
    public static async Task<bool> HasAgreedToAsync(PortalDb db, Guid sessionId, Guid personId, ConsentWording wording, DateTimeOffset now, CancellationToken cancellation = default) =>
        await StandingAsync(db, sessionId, personId, wording.Type, now, cancellation) is { Answer: ConsentAnswer.Granted } yes && yes.WordingVersion == wording.Version;

    public static async Task<bool> IsGrantedAsync(PortalDb db, Guid sessionId, Guid personId, ConsentType type, DateTimeOffset now, CancellationToken cancellation = default) =>
        (await OfSessionAsync(db, sessionId, now, cancellation)).GetValueOrDefault((personId, type), ConsentAnswer.Declined) == ConsentAnswer.Granted;

    /// <summary>
    /// Notes an answer, unless the newest says the same; a yes to other words is another yes. A no after a yes is a
    /// withdrawal. Whoever calls this then lets the recording gate look again.
    /// </summary>
    /// <param name="wording">The question as it was put.</param>
    /// <returns>Whether anything changed.</returns>
    public static async Task<bool> AnswerAsync(PortalDb db, Guid sessionId, Guid personId, ConsentWording wording, bool granted, DateTimeOffset now, CancellationToken cancellation = default)
    {
        // Two answers at once follow each other, whoever calls: the second sees the first.
        await LockAsync(db, sessionId, cancellation);
        var before = await StandingAsync(db, sessionId, personId, wording.Type, now, cancellation);
        var answer = granted ? ConsentAnswer.Granted : before?.Answer == ConsentAnswer.Granted ? ConsentAnswer.Withdrawn : ConsentAnswer.Declined;
        if (granted ? before?.Answer == answer && before.WordingVersion == wording.Version : before?.Answer is ConsentAnswer.Declined or ConsentAnswer.Withdrawn)
            return false;
        db.Consents.Add(new Consent
        {
            SessionId = sessionId,
            PersonId = personId,
            Type = wording.Type,
            Answer = answer,
            AnsweredAt = now,
            WordingVersion = wording.Version,
            Wording = wording.Text,
            LegalBasis = wording.LegalBasis,
        });
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Consent, cancellation);
        return true;
    }

    private static async Task<Consent?> StandingAsync(PortalDb db, Guid sessionId, Guid personId, ConsentType type, DateTimeOffset now, CancellationToken cancellation) =>
        await db.Consents.AsNoTracking().Where(c => c.SessionId == sessionId && c.PersonId == personId && c.Type == type).OrderByDescending(c => c.Number).FirstOrDefaultAsync(cancellation) is { } newest
            && newest.StandsAt(now) ? newest : null;

    /// <summary>Holds answers back until the transaction ends, so that what it does rests on the answer that stands.</summary>
    public static async Task HoldAsync(PortalDb db, Guid sessionId, CancellationToken cancellation = default) =>
        await db.Database.ExecuteSqlAsync($"select id from coaching_sessions where id = {sessionId} for share", cancellation);

    private static async Task LockAsync(PortalDb db, Guid sessionId, CancellationToken cancellation) =>
        await db.Database.ExecuteSqlAsync($"select id from coaching_sessions where id = {sessionId} for no key update", cancellation);
}
