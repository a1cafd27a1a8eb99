using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>
/// Words that were really said and are written nearly like another: a slip of the finger, a misheard name, another
/// ending. Trigrams find the candidates; how many letters differ decides.
/// </summary>
internal static class SimilarWords
{
    /// <summary>Of one word: each more makes the search slower, and its finds worse.</summary>
    public const int Most = 8;

    /// <summary>A shorter word is near to too many others.</summary>
    public const int Shortest = 4;

    private const int Candidates = 100;

    /// <param name="lexemes">As the index has them: small letters, no accents.</param>
    /// <returns>For each the nearest, nearest first, without itself.</returns>
    public static async Task<Dictionary<string, IReadOnlyList<string>>> OfAsync(NpgsqlConnection connection, IReadOnlyList<string> lexemes, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select l.word, c.word, c.score from unnest($1::text[]) l(word) cross join lateral (
                select w.word, similarity(w.word, l.word) as score from search_words w where w.word % l.word and w.word <> l.word order by 2 desc, 1 limit $2) c
            """, connection)
        {
            Parameters = { new() { Value = lexemes.Where(l => l.Length >= Shortest).Distinct().ToArray() }, new() { Value = Candidates } },
        };
        var near = new List<(string Of, string Word, int Distance, float Score)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                if (DistanceIfNear(reader.GetString(0), reader.GetString(1)) is { } distance)
                    near.Add((reader.GetString(0), reader.GetString(1), distance, reader.GetFloat(2)));
        return near.GroupBy(n => n.Of).ToDictionary(
            g => g.Key,
            g => (IReadOnlyList<string>)[.. g.OrderBy(n => n.Distance).ThenByDescending(n => n.Score).ThenBy(n => n.Word, StringComparer.Ordinal).Take(Most).Select(n => n.Word)]);
    }

    /// <returns>How many letters differ; null when the words are not near. Another ending counts as near: pricing, prices, price.</returns>
    internal static int? DistanceIfNear(string word, string other)
    {
        var distance = Distance(word, other);
        var allowed = word.Length < 6 ? 1 : 2;
        if (distance <= allowed)
            return distance;
        var common = word.Zip(other).TakeWhile(p => p.First == p.Second).Count();
        var endings = word.Length + other.Length - (2 * common);
        return common >= Shortest && 2 * common >= Math.Max(word.Length, other.Length) && endings <= (common < 6 ? 5 : 6) ? distance : null;
    }

    /// <summary>Letters put in, left out, changed, or two neighbours swapped.</summary>
    internal static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
