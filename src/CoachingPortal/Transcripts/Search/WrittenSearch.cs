using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>
/// Looks through titles, tags, summaries, lists, notes and comments of all sessions that the caller may see: from session
/// to session, newest first, as <see cref="TranscriptSearch"/> does. All words must stand in one of these texts.
/// </summary>
public static class WrittenSearch
{
    /// <summary>There is no second page of these: who looks for more names more words, a person or days.</summary>
    public const int Most = 8;

    private const string Holds = "(select query from q)";

    internal static async Task<IReadOnlyList<WrittenHit>> FindAsync(NpgsqlConnection connection, SearchScope scope, string query, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql(scope), connection);
        command.Parameters.AddRange(scope.Parameters(query, except: null));
        var hits = new List<WrittenHit>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            hits.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), (WrittenKind)reader.GetInt32(4),
                TranscriptSearch.Parts(reader.GetString(6), reader.GetString(5))));
        return hits;
    }

    /// <summary>Kinds by their number in <see cref="WrittenKind"/>. What a session's row holds is looked at by one column for all of it first, for a summary is long.</summary>
    private static string Sql(SearchScope scope) =>
        $"""
        with q as materialized (select $1::tsquery as query, $2::tsquery as without),
        {scope.Mine},
        page as materialized (
            select m.*, h.* from mine m cross join lateral (
                select * from (
                    select v.kind, 0 as place, v.text from coaching_sessions s
                    cross join lateral (values (0, s.title), (1, array_to_string(s.tags, ', ')), (2, s.summary)) v(kind, text)
                    where s.id = m.id and s.words @@ {Holds} and to_tsvector('public.portal', v.text) @@ {Holds}
                    union all
                    select case i.kind when 'decision' then 3 when 'next_action' then 4 else 5 end, i.position, i.text from session_items i
                    where i.session_id = m.id and i.removed_at is null and i.words @@ {Holds}
                    union all
                    select 6, n.number, n.text from note_entries n
                    where n.session_id = m.id and (n.visibility = 'shared' or m.coach_id = $3) and n.words @@ {Holds}
                    union all
                    select 7, extract(epoch from c.at), c.text from comments c
                    where c.session_id = m.id and c.deleted_at is null and c.words @@ {Holds}) t(kind, place, text)
                order by t.kind, t.place limit {Most}) h
            limit {Most})
        select p.id, p.title, p.starts_at, w.name, p.kind,
            case when length(p.text) <= 400 then p.text else left(ltrim(p.text), 100) || right(rtrim(p.text), 100) end, {TranscriptSearch.Headline}
        from page p
        join people w on w.id = case when p.coach_id = $3 then p.founder_id else p.coach_id end
        order by p.starts_at desc, p.id desc, p.kind, p.place
        """;
}
