using System.Globalization;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts;

/// <summary>A caption as a page or an agent sends it.</summary>
/// <param name="Key">The sender's own, 1 to 60 characters: the same again is the same turn.</param>
/// <param name="Text">1 to 8000 characters once trimmed.</param>
/// <param name="Confidence">0 to 1; null when the recogniser gave none.</param>
/// <param name="Language">BCP 47, such as <c>en-GB</c>, at most 35 characters.</param>
public sealed record TurnInput(string Key, string Text, DateTimeOffset StartedAt, DateTimeOffset EndedAt, double? Confidence, string? Language);

/// <summary>The one way in for turns.</summary>
public sealed class Turns(TimeProvider time)
{
    public const int MaxText = 8000;
    public const int MaxKey = 60;

    internal static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTurn = TimeSpan.FromHours(1);

    /// <summary>How turns of FRED's own voice are named.</summary>
    public const string Fred = "FRED";

    /// <summary>Stores a turn of a person in the session, in the caller's transaction, when that person consents to a transcript.</summary>
    /// <param name="personId">Null for what FRED's agent said itself, which answers the founder and stands on the founder's consent.</param>
    /// <returns>The stored turn (the earlier one, when the key is known), or null when that person has not consented.</returns>
    /// <exception cref="ArgumentException">Text, times or key are out of bounds; the message says how.</exception>
    public async Task<Turn?> AddAsync(PortalDb db, CoachingSession session, Guid? personId, TurnSource source, TurnInput input, Guid? callId, CancellationToken cancellation = default)
    {
        var role = personId is { } id ? session.RoleOf(id) ?? throw new ArgumentException("That person is not in this session.") : (Role?)null;
        var now = time.GetUtcNow();
        var text = Check(input, now);
        // A withdrawal that comes at the same moment comes before or after, never in between.
        await Consents.HoldAsync(db, session.Id, cancellation);
        if (!await Consents.IsGrantedAsync(db, session.Id, personId ?? session.FounderId, ConsentType.Transcript, now, cancellation))
            return null;

        var key = $"{personId?.ToString("N") ?? "fred"}:{input.Key}";
        var speaker = personId is null ? Fred : await db.People.Where(p => p.Id == personId).Select(p => p.Name).SingleAsync(cancellation);
        // What comes when it has been written down from the recording already is kept, and shown nowhere.
        var (spoken, enough) = CaptionRule.Spoken(text, new(input.StartedAt.ToUniversalTime(), input.EndedAt.ToUniversalTime()));
        var inserted = await db.Database.ExecuteSqlAsync(
            $"""
            insert into turns (id, session_id, call_id, person_id, speaker, role, text, started_at, ended_at, confidence, language, source, key, superseded_at)
            values ({Ids.New()}, {session.Id}, {callId}, {personId}, {speaker}, {(role is { } r ? Word(r) : null)}, {text}, {input.StartedAt.ToUniversalTime()}, {input.EndedAt.ToUniversalTime()},
                {input.Confidence}, {input.Language}, {Word(source)}, {key},
                (select {now}::timestamptz from transcribed_spans s where s.session_id = {session.Id} and s.person_id = {personId} and s.started_at < {spoken.To} and s.ended_at > {spoken.From}
                    having sum(least(s.ended_at, {spoken.To}) - greatest(s.started_at, {spoken.From})) >= {enough}))
            on conflict (session_id, key) do nothing
            """, cancellation);
        if (inserted > 0)
            await SessionFeed.PublishAsync(db, session.Id, SessionChange.Turns, cancellation);
        return await db.Turns.IgnoreQueryFilters().AsNoTracking().SingleAsync(t => t.SessionId == session.Id && t.Key == key, cancellation);
    }

    /// <summary>The turns as plain text, <c>ROLE: text</c> a line; a voice without a role by its name.</summary>
    /// <param name="unsureBelow">Lines below this confidence say that they may be misheard.</param>
    public static string PlainText(IEnumerable<Turn> turns, double unsureBelow = 0) => PlainText(turns.Select(t => (t.Role, t.Speaker, t.Text, t.Confidence)), unsureBelow);

    internal static string PlainText(IEnumerable<(Role? Role, string Speaker, string Text, double? Confidence)> turns, double unsureBelow) =>
        string.Join('\n', turns.Select(t =>
            $"{(t.Role?.ToString() ?? t.Speaker).ToUpperInvariant()}: {t.Text.ReplaceLineEndings(" ")}{(t.Confidence < unsureBelow ? " " + Subtitles.Unsure : "")}"));

    private static string Check(TurnInput input, DateTimeOffset now)
    {
        var text = input.Text?.Trim() ?? "";
        if (text.Length is 0 or > MaxText)
            throw new ArgumentException($"A turn's text has 1 to {MaxText} characters; this one has {text.Length}.");
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A turn's text cannot hold a null character.");
        if (string.IsNullOrWhiteSpace(input.Key) || input.Key.Length > MaxKey)
            throw new ArgumentException($"A turn needs a key of 1 to {MaxKey} characters.");
        if (input.Key.Any(char.IsControl) || input.Language?.Any(char.IsControl) == true)
            throw new ArgumentException("A turn's key and language are printable characters.");
        if (input.EndedAt < input.StartedAt)
            throw new ArgumentException("A turn cannot end before it starts.");
        if (input.EndedAt - input.StartedAt > LongestTurn)
            throw new ArgumentException("A turn lasts at most an hour.");
        if (input.EndedAt > now + ClockSlack)
            throw new ArgumentException("A turn cannot lie in the future; check the sender's clock.");
        if (input.StartedAt < DateTimeOffset.UnixEpoch)
            throw new ArgumentException("A turn's times are missing.");
        if (input.Confidence is { } confidence && !(confidence >= 0 && confidence <= 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A turn's confidence lies between 0 and 1, not {confidence}."));
        if (input.Language?.Length > 35)
            throw new ArgumentException("A language is a BCP 47 tag such as en-GB.");
        return text;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => PortalDb.SnakeCase(value.ToString());
}
