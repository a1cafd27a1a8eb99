using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>
/// Puts better turns in the place of others, in the caller's transaction. What is replaced is kept, points to what says it
/// now, and takes its evidence along.
/// </summary>
internal static class TurnReplacement
{
    /// <summary>The call's turns as they stand, locked: neither a correction nor a late caption comes in between.</summary>
    public static Task<List<Turn>> LockAsync(PortalDb db, Call call, CancellationToken cancellation)
    {
        var end = call.EndedAt ?? DateTimeOffset.MaxValue;
        return db.Turns.FromSql(
            $"""
            select * from turns where session_id = {call.SessionId} and superseded_at is null
                and (call_id = {call.Id} or (call_id is null and started_at >= {call.StartedAt} and started_at < {end}))
            order by started_at, id for update
            """).AsNoTracking().ToListAsync(cancellation);
    }

    /// <summary>Puts captions of the same speaker together as <see cref="TurnRule"/> says.</summary>
    /// <returns>How many turns were made of more than one caption.</returns>
    public static async Task<int> JoinCaptionsAsync(PortalDb db, Call call, DateTimeOffset now, CancellationToken cancellation)
    {
        var turns = await LockAsync(db, call, cancellation);
        var moves = new Dictionary<Guid, Guid>();
        var joined = 0;
        foreach (var group in TurnRule.Group(turns.Select(t => Utterance.Of(t, isFixed: t.Source != TurnSource.Caption))).Where(g => g.Count > 1))
        {
            var turn = New(TurnRule.Join(group), call, TurnSource.Caption, $"joined:{group[0].Turn!.Id:N}");
            db.Turns.Add(turn);
            joined++;
            foreach (var caption in group)
                moves[caption.Turn!.Id] = turn.Id;
        }
        await db.SaveChangesAsync(cancellation);
        await MoveAsync(db, call.SessionId, moves, now, cancellation);
        return joined;
    }

    /// <summary>
    /// Puts what was heard on people's own tracks in the place of the captions that say the same. Of a turn of which a part
    /// alone was heard, the rest stays as a turn of its own.
    /// </summary>
    public static async Task<WrittenTurns> WriteAsync(PortalDb db, Call call, IReadOnlyList<HeardPerson> people, DateTimeOffset now, CancellationToken cancellation)
    {
        var turns = await LockAsync(db, call, cancellation);
        var captions = await CaptionsAsync(db, call, turns, cancellation);
        var said = new List<Utterance>();
        var replaced = new List<Turn>();
        var rests = new Dictionary<Turn, List<Turn>>();
        var stays = false;
        // Words that somebody said are another's were heard on this one's track all the same.
        var given = await db.SpeakerCorrections.AsNoTracking().Where(c => c.SessionId == call.SessionId && c.SpeakerIdBefore != null)
            .Select(c => new { From = c.SpeakerIdBefore, c.TurnIds }).ToListAsync(cancellation);
        foreach (var person in people)
        {
            var byHand = turns.Where(t => t.Source == TurnSource.Hand && (t.PersonId == person.PersonId || given.Exists(g => g.From == person.PersonId && g.TurnIds.Contains(t.Id)))).ToList();
            var heard = person.Said.SelectMany(SpokenSentences.Of).Where(u => !byHand.Exists(t => new Stretch(t.StartedAt, t.EndedAt).Holds(MiddleOf(u.StartedAt, u.EndedAt)))).ToList();
            said.AddRange(heard);
            db.TranscribedSpans.AddRange(person.Said.GroupBy(u => u.StartedAt).Select(g =>
                new TranscribedSpan { CallId = call.Id, SessionId = call.SessionId, PersonId = person.PersonId, StartedAt = g.Key, EndedAt = g.Max(u => u.EndedAt) }));
            var before = DateTimeOffset.MinValue;
            foreach (var turn in turns.Where(t => t.PersonId == person.PersonId && t.Source != TurnSource.Hand))
            {
                var gone = new List<Turn>();
                var parts = captions[turn.Id].DefaultIfEmpty(turn).OrderBy(c => c.StartedAt).ToList();
                foreach (var caption in parts)
                {
                    if (CaptionRule.IsHeard(caption, before, heard))
                        gone.Add(caption);
                    else
                        stays |= person.Spans.Any(s => s.Holds(MiddleOf(caption.StartedAt, caption.EndedAt)));
                    before = caption.EndedAt > before ? caption.EndedAt : before;
                }
                if (gone.Count == 0)
                    continue;
                replaced.Add(turn);
                foreach (var rest in TurnRule.Group(parts.Select(c => Utterance.Of(c, isFixed: gone.Contains(c)))).Where(g => !gone.Contains(g[0].Turn!)))
                    rests.Add(New(TurnRule.Join(rest), call, turn.Source, $"rest:{rest[0].Turn!.Id:N}"), [.. rest.Select(u => u.Turn!)]);
            }
        }
        var written = new List<Turn>();
        foreach (var group in TurnRule.Group([.. said, .. turns.Except(replaced).Concat(rests.Keys).Select(t => Utterance.Of(t, isFixed: true))]).Where(g => g[0].Turn is null))
            written.Add(New(TurnRule.Join(group), call, TurnSource.Transcription, $"transcription:{call.Id:N}:{written.Count}"));
        db.Turns.AddRange([.. written, .. rests.Keys]);
        await db.SaveChangesAsync(cancellation);
        await MoveAsync(db, call.SessionId, replaced.ToDictionary(t => t.Id, t => Nearest(t, [.. written, .. rests.Keys])), now, cancellation);
        // What leads to a caption itself goes on to its own words.
        var moves = replaced.SelectMany(t => captions[t.Id]).ToDictionary(c => c.Id, c => Nearest(c, written));
        foreach (var (rest, caption) in rests.SelectMany(r => r.Value.Select(c => (r.Key, c))))
            moves[caption.Id] = rest.Id;
        await MoveAsync(db, call.SessionId, moves, now, cancellation);
        return new(written.Count, stays);
    }

    /// <summary>The captions of which turns were made, by the turn.</summary>
    private static async Task<ILookup<Guid, Turn>> CaptionsAsync(PortalDb db, Call call, List<Turn> turns, CancellationToken cancellation)
    {
        var joined = turns.Where(t => t.Source == TurnSource.Caption && t.Pieces.Length > 0).Select(t => (Guid?)t.Id).ToList();
        var parts = await db.Turns.IgnoreQueryFilters().AsNoTracking().Where(t => t.SessionId == call.SessionId && joined.Contains(t.SupersededById)).ToListAsync(cancellation);
        // Not what was joined once, and then again with more.
        return parts.Where(p => p.Pieces.Length == 0).ToLookup(p => p.SupersededById!.Value);
    }

    /// <summary>The turn of the same person that shares most time with it, else the one next to it.</summary>
    internal static Guid Nearest(Turn old, IEnumerable<Turn> written) =>
        written.Where(t => t.PersonId == old.PersonId)
            .MaxBy(t => (t.EndedAt < old.EndedAt ? t.EndedAt : old.EndedAt) - (t.StartedAt > old.StartedAt ? t.StartedAt : old.StartedAt))!.Id;

    private static async Task MoveAsync(PortalDb db, Guid sessionId, Dictionary<Guid, Guid> moves, DateTimeOffset now, CancellationToken cancellation)
    {
        if (moves.Count == 0)
            return;
        var (from, to) = (moves.Keys.ToArray(), moves.Values.ToArray());
        await db.Database.ExecuteSqlAsync(
            $"""
            update turns t set superseded_at = coalesce(t.superseded_at, {now}), superseded_by_id = m.new_id
            from unnest({from}, {to}) as m(old_id, new_id)
            where t.session_id = {sessionId} and (t.id = m.old_id or t.superseded_by_id = m.old_id)
            """, cancellation);
        foreach (var item in await db.Items.IgnoreQueryFilters().Where(i => i.SessionId == sessionId && i.EvidenceTurnIds.Any(e => from.Contains(e))).ToListAsync(cancellation))
            item.EvidenceTurnIds = [.. item.EvidenceTurnIds.Select(e => moves.GetValueOrDefault(e, e)).Distinct()];
        await db.SaveChangesAsync(cancellation);
    }

    private static DateTimeOffset MiddleOf(DateTimeOffset from, DateTimeOffset to) => from + (to - from) / 2;

    private static Turn New(Utterance said, Call call, TurnSource source, string key) => new()
    {
        SessionId = call.SessionId,
        CallId = call.Id,
        PersonId = said.PersonId,
        Speaker = said.Speaker,
        Role = said.Role,
        Text = said.Text,
        StartedAt = said.StartedAt,
        EndedAt = said.EndedAt,
        Confidence = said.Confidence,
        Language = said.Language,
        Pieces = said.Pieces,
        Source = source,
        Key = key,
    };
}

/// <param name="Count">How many turns were written.</param>
/// <param name="CaptionsStay">Whether nothing was heard of some that were said where there is sound.</param>
internal readonly record struct WrittenTurns(int Count, bool CaptionsStay);

/// <summary>What was heard on one person's own tracks, and the time that they cover.</summary>
internal sealed record HeardPerson(Guid PersonId, IReadOnlyList<Stretch> Spans, IReadOnlyList<Utterance> Said);
