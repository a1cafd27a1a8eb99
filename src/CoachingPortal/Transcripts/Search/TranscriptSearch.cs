using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>
/// Looks through what was said in all sessions that the caller may see, and beside that through what was written of
/// them. It goes from session to session, newest first,
/// asking the index for each session's turns with these words, and stops when the page is full: a common word costs a
/// session or two, a rare one a few microseconds a session, and a session that is not the caller's is never looked into.
/// </summary>
public sealed class TranscriptSearch(NpgsqlDataSource database)
{
    public const int PageSize = 20;

    /// <summary>With fewer hits than this, similar words are tried as well.</summary>
    private const int Few = 5;

    /// <summary>A search that takes longer holds up others, and nobody waits for it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    // Marks that ts_headline puts around the hits. They stand in no text by mistake, and if on purpose, then only there.
    private const char Begin = '\u0002', End = '\u0003';

    /// <summary>For <see cref="Parts"/>: of <c>p.text</c> with <c>q.query</c>.</summary>
    internal static readonly string Headline =
        $"""
        ts_headline('public.portal', p.text, (select query from q),
            case when length(p.text) <= 240 then 'HighlightAll=true, ' else '' end || 'StartSel="{Begin}", StopSel="{End}", MaxWords=36, MinWords=18, ShortWord=0')
        """;

    /// <exception cref="ArgumentException">What is looked for is out of bounds; the message says how, to the person.</exception>
    public async Task<SearchResult> FindAsync(Caller caller, SearchRequest request, CancellationToken cancellation = default)
    {
        var terms = SearchTerms.Read(request.Text);
        var scope = SearchScope.Of(caller, request);
        Task<WrittenPage>? written = null;
        try
        {
            SearchResult said;
            await using (var connection = await OpenAsync(cancellation))
            {
                var queries = await ReadTermsAsync(connection, terms, cancellation);
                var exact = string.Join(" & ", queries.Where(q => q.Query.Length > 0).Select(q => $"({q.Query})"));
                if (exact.Length == 0)
                    throw new ArgumentException("Type a word to look for.");
                if (scope is { After: null, Speaker: null })
                    written = WrittenAsync(scope, exact, cancellation);
                said = scope.WrittenAfter is not null ? new([], [], [], null) : await SaidAsync(connection, scope, queries, exact, cancellation);
            }
            // Waited for without a connection in hand: many searches at once would else wait for each other's.
            return written is null ? said : said with { Written = (await written).Hits, NextWritten = (await written).Next };
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
        {
            return new([], [], [], null, IsTooBroad: true);
        }
        finally
        {
            if (written is not null)
                await ((Task)written).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>At the same time on a connection of its own, so that nobody waits longer for it.</summary>
    private async Task<WrittenPage> WrittenAsync(SearchScope scope, string query, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return await WrittenSearch.FindAsync(connection, scope, query, cancellation);
    }

    private static async Task<SearchResult> SaidAsync(NpgsqlConnection connection, SearchScope scope, IReadOnlyList<TermQuery> queries, string exact, CancellationToken cancellation)
    {
        var hits = scope.After is { IsSimilar: true } ? [] : await HitsAsync(connection, scope, exact, except: null, cancellation);
        if (hits.Count > PageSize)
            return new([.. hits.Take(PageSize).Select(h => h.Hit)], [], [], hits[PageSize - 1].Cursor(isSimilar: false));
        if (hits.Count >= Few || scope.After is { IsSimilar: false })
            return new([.. hits.Select(h => h.Hit)], [], [], null);

        var (similar, words) = await SimilarAsync(connection, queries, cancellation);
        var more = similar is null ? [] : await HitsAsync(connection, scope, similar, except: exact, cancellation);
        return new(
            [.. hits.Select(h => h.Hit)],
            more.Count == 0 ? [] : Said(words, more),
            [.. more.Take(PageSize).Select(h => h.Hit)],
            more.Count > PageSize ? more[PageSize - 1].Cursor(isSimilar: true) : null);
    }

    /// <summary>With a transaction, in which the limits hold.</summary>
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await connection.BeginTransactionAsync(cancellation);
            await LimitAsync(connection, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task LimitAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select set_config('statement_timeout', $1, true), set_config('pg_trgm.similarity_threshold', '0.2', true)", connection)
        {
            Parameters = { new() { Value = Patience.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="Query">As PostgreSQL writes a tsquery; empty for a term without words.</param>
    /// <param name="Lexeme">Of a term that is one word.</param>
    private sealed record TermQuery(string Query, string? Lexeme);

    private static async Task<IReadOnlyList<TermQuery>> ReadTermsAsync(NpgsqlConnection connection, IReadOnlyList<SearchTerm> terms, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select q.query::text, case when t.kind = 'Word' and numnode(q.query) = 1 then (tsvector_to_array(to_tsvector('public.portal', t.text)))[1] end
            from unnest($1::text[], $2::text[]) with ordinality t(kind, text, n)
            cross join lateral (select case when t.kind = 'Prefix' then to_tsquery('public.portal', '''' || t.text || ''':*') else phraseto_tsquery('public.portal', t.text) end as query) q
            order by t.n
            """, connection)
        {
            Parameters =
            {
                new() { Value = terms.Select(t => t.Kind.ToString()).ToArray() },
                new() { Value = terms.Select(t => t.Text.Replace('\'', ' ').Replace('\\', ' ')).ToArray() },
            },
        };
        var queries = new List<TermQuery>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            queries.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        return queries;
    }

    /// <returns>The search with every word's similar ones beside it, and those; null when there are none.</returns>
    private static async Task<(string? Query, IReadOnlyList<string> Words)> SimilarAsync(NpgsqlConnection connection, IReadOnlyList<TermQuery> queries, CancellationToken cancellation)
    {
        var near = await SimilarWords.OfAsync(connection, [.. queries.Select(q => q.Lexeme).OfType<string>()], cancellation);
        if (near.Count == 0)
            return (null, []);
        var query = string.Join(" & ", queries.Where(q => q.Query.Length > 0).Select(q =>
            q.Lexeme is { } word && near.TryGetValue(word, out var others) ? $"({string.Join(" | ", others.Select(Quoted).Prepend(q.Query))})" : $"({q.Query})"));
        return (query, [.. near.Values.SelectMany(w => w)]);

        static string Quoted(string lexeme) => $"'{lexeme.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>Of the similar words, those in the hits: no other is told, for it may have been said in somebody else's session alone.</summary>
    private static IReadOnlyList<string> Said(IReadOnlyList<string> words, IReadOnlyList<Found> hits)
    {
        // Whole words: who said “prices” is not told that somebody said “price”.
        var said = hits.SelectMany(h => h.Hit.Snippet).Where(p => p.IsHit).SelectMany(p => p.Text.Split('-').Append(p.Text)).Distinct().ToList();
        return [.. words.Where(w => said.Exists(s => CultureInfo.InvariantCulture.CompareInfo.Compare(s, w, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) == 0)).Distinct().Take(SimilarWords.Most)];
    }

    private sealed record Found(SearchHit Hit)
    {
        public string Cursor(bool isSimilar) => new SearchCursor(isSimilar, Hit.SessionStartsAt, Hit.SessionId, Hit.SaidAt, Hit.TurnId).ToString();
    }

    /// <summary>
    /// The order of the pages is that of the first table, which a nested loop keeps: the inner limit leaves
    /// PostgreSQL no other plan. The query is hidden from the planner, so that it takes the index for every word.
    /// </summary>
    private static string Sql(SearchScope scope) =>
        $"""
        with q as materialized (select $1::tsquery as query, $2::tsquery as without),
        {scope.Mine},
        page as materialized (
            select m.*, t.* from mine m cross join lateral (
                select t.id as turn_id, t.call_id, t.speaker, t.role, t.text, t.started_at from turns t
                where t.session_id = m.id and t.superseded_at is null and to_tsvector('public.portal', t.text) @@ (select query from q)
                    and ($2::tsquery is null or not to_tsvector('public.portal', t.text) @@ (select without from q))
                    {(scope.Speaker is null ? "" : "and t.role = $7")}
                    {(scope.After is null ? "" : "and (m.id <> $9 or (t.started_at, t.id) > ($10, $11))")}
                order by t.started_at, t.id limit {PageSize + 1}) t
            limit {PageSize + 1})
        select p.id, p.title, p.starts_at, w.name, p.turn_id, p.speaker, p.role, p.started_at,
            p.started_at - coalesce(r.started_at, c.started_at, (select min(t.started_at) from turns t where t.session_id = p.id and t.superseded_at is null)),
            p.text, {Headline}
        from page p
        join people w on w.id = case when p.coach_id = $3 then p.founder_id else p.coach_id end
        left join lateral (
            select c.id, c.started_at from calls c where c.session_id = p.id
            order by (c.id = p.call_id) desc nulls last, (c.started_at <= p.started_at) desc, abs(extract(epoch from p.started_at - c.started_at)) limit 1) c on true
        left join recordings r on r.call_id = c.id and r.deleted_at is null
        order by p.starts_at desc, p.id desc, p.started_at, p.turn_id
        """;
    /// <returns>A page and one more, which says that there is another.</returns>
    private static async Task<List<Found>> HitsAsync(NpgsqlConnection connection, SearchScope scope, string query, string? except, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql(scope), connection);
        command.Parameters.AddRange(scope.Parameters(query, except));
        var hits = new List<Found>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            hits.Add(new(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.GetGuid(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : Enum.Parse<Role>(reader.GetString(6), ignoreCase: true),
                reader.GetFieldValue<DateTimeOffset>(7), reader.GetTimeSpan(8), Parts(reader.GetString(10), reader.GetString(9)))));
        return hits;
    }

    /// <summary>Parts the headline at its marks; with an ellipsis where it leaves something of the text out.</summary>
    internal static IReadOnlyList<SnippetPart> Parts(string headline, string text)
    {
        var parts = new List<SnippetPart>();
        var plain = headline.Replace($"{Begin}", "", StringComparison.Ordinal).Replace($"{End}", "", StringComparison.Ordinal);
        var trimmed = plain.Trim();
        if (trimmed.Length > 0 && !text.TrimStart().StartsWith(trimmed[..Math.Min(trimmed.Length, 12)], StringComparison.Ordinal))
            headline = "… " + headline;
        if (trimmed.Length > 0 && !text.TrimEnd().EndsWith(trimmed[^Math.Min(trimmed.Length, 12)..], StringComparison.Ordinal))
            headline += " …";
        var isHit = false;
        for (var at = 0; at < headline.Length;)
        {
            var end = headline.IndexOf(isHit ? End : Begin, at);
            end = end < 0 ? headline.Length : end;
            if (end > at)
                parts.Add(new(headline[at..end].Trim(Begin, End), isHit));
            (at, isHit) = (end + 1, !isHit);
        }
        return parts;
    }
}
