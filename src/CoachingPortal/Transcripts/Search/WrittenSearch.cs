using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>
/// Looks through titles, tags, summaries, lists, notes and comments of all sessions that the caller may see: from session
/// to session, newest first, as <see cref="TranscriptSearch"/> does. All words must stand in one of these texts.
/// </summary>
public static class WrittenSearch
{
    /// <summary>Of these on the first page, which shows above all what was said.</summary>
    public const int Most = 8;

    private const string Holds = "(select query from q)";

    internal static async Task<WrittenPage> FindAsync(NpgsqlConnection connection, SearchScope scope, string query, CancellationToken cancellation)
    {
        var most = scope.WrittenAfter is null ? Most : TranscriptSearch.PageSize;
        await using var command = new NpgsqlCommand(Sql(scope, most + 1), connection);
        command.Parameters.AddRange(scope.Parameters(query, except: null));
        var hits = new List<WrittenHit>();
        string? next = null;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (hits.Count == most)
                return new(hits, next);
            var hit = new WrittenHit(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), (WrittenKind)reader.GetInt32(4),
                TranscriptSearch.Parts(reader.GetString(6), reader.GetString(5)));
            hits.Add(hit);
            next = new WrittenCursor(hit.SessionStartsAt, hit.SessionId, hit.Kind, reader.GetInt64(7), reader.GetGuid(8)).ToString();
        }
        return new(hits, null);
    }

    /// <summary>Kinds by their number in <see cref="WrittenKind"/>. What a session's row holds is looked at by one column for all of it first, for a summary is long.</summary>
    private static string Sql(SearchScope scope, int limit) =>
        $"""
        with q as materialized (select $1::tsquery as query, $2::tsquery as without),
        {scope.Mine},
        page as materialized (
            select m.*, h.* from mine m cross join lateral (
                select * from (
                    select v.kind, 0::bigint as place, s.id, v.text from coaching_sessions s
                    cross join lateral (values (0, s.title), (1, array_to_string(s.tags, ', ')), (2, s.summary)) v(kind, text)
                    where s.id = m.id and s.words @@ {Holds} and to_tsvector('public.portal', v.text) @@ {Holds}
                    union all
                    select case i.kind when 'decision' then 3 when 'next_action' then 4 else 5 end, i.position, i.id, i.text from session_items i
                    where i.session_id = m.id and i.removed_at is null and i.words @@ {Holds}
                    union all
                    select 6, n.number, n.id, n.text from note_entries n
                    where n.session_id = m.id and (n.visibility = 'shared' or m.coach_id = $3) and n.words @@ {Holds}
                    union all
                    select 7, (extract(epoch from c.at) * 1000000)::bigint, c.id, c.text from comments c
                    where c.session_id = m.id and c.deleted_at is null and c.words @@ {Holds}) t(kind, place, text_id, text)
                {(scope.WrittenAfter is null ? "" : "where m.id <> $9 or (t.kind, t.place, t.text_id) > ($12, $13, $11)")}
                order by t.kind, t.place, t.text_id limit {limit}) h
            limit {limit})
        select p.id, p.title, p.starts_at, w.name, p.kind,
            case when length(p.text) <= 400 then p.text else left(ltrim(p.text), 100) || right(rtrim(p.text), 100) end, {TranscriptSearch.Headline}, p.place, p.text_id
        from page p
        join people w on w.id = case when p.coach_id = $3 then p.founder_id else p.coach_id end
        order by p.starts_at desc, p.id desc, p.kind, p.place, p.text_id
        """;
}

/// <param name="Next">For <see cref="SearchResult.NextWritten"/>.</param>
internal sealed record WrittenPage(IReadOnlyList<WrittenHit> Hits, string? Next);
