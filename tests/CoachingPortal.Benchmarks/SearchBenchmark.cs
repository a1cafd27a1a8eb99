using System.Diagnostics;
using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts.Search;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// Search over a million generated turns, asked for by a coach with a third of them, one with a few and a founder; then
/// the same questions once more without the full-text index.
/// </summary>
internal static class SearchBenchmark
{
    private const int Sessions = 3334;
    private const int TurnsEach = 300;
    private const int Vocabulary = 30_000;
    private const int Rounds = 10;
    private const double Goal = 50;

    private static readonly string[] Syllables =
        ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu", "an", "el", "in", "or", "un", "st", "tr", "pl", "gr", "br"];

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        // The application's settings, without its process: what is measured is the search and its database.
        await using var source = NpgsqlDataSource.Create(database.Open().Database.GetConnectionString() + ";Command Timeout=0");
        var random = new Random(7);
        var words = Words(random);
        var callers = await FillAsync(database, source, words, random);
        var search = new TranscriptSearch(source) { Patience = TimeSpan.FromMinutes(30) };
        // From in nearly every turn to in one of thousands; then of each kind of question one.
        var questions = new (string Kind, Func<int, string> Text)[]
        {
            ("a very common word", i => words[i % 5]), ("a common word", i => words[100 + i]), ("a word of one in some thousand turns", i => words[3000 + (7 * i)]),
            ("a rare word", i => words[20_000 + (31 * i)]), ("two common words", i => $"{words[60 + i]} {words[90 + i]}"), ("a phrase", i => $"\"{words[i % 8]} {words[20 + i]}\""),
            ("a beginning", i => words[4000 + (3 * i)][..5] + "*"), ("a mistyped word", i => Mistyped(words[9000 + i])),
        };
        var all = new List<double>();
        Dictionary<string, double> with = [], without = [];
        for (var round = -1; round < Rounds; round++)
            foreach (var (kind, text) in questions)
                foreach (var caller in callers)
                {
                    var took = await TimeAsync(search, caller, text(Math.Max(0, round)));
                    if (round < 0)
                        continue; // the first one warms up
                    all.Add(took);
                    if (caller == callers[0] && round == 0)
                        with[kind] = took;
                }
        await RunAsync(source, "drop index turns_search");
        foreach (var (kind, text) in questions)
            without[kind] = await TimeAsync(search, callers[0], text(0));

        all.Sort();
        report.Add(new("search", $"{Sessions * TurnsEach:N0} turns, {all.Count} questions: 95th percentile", all[(int)(all.Count * 0.95)], "ms", Most: Goal));
        report.Add(new("search", "the same: median", all[all.Count / 2], "ms"));
        report.Add(new("search", "one of each kind, of the coach with a third of all, together", with.Values.Sum(), "ms", Most: without.Values.Sum() / Goal, Besides: "a fiftieth of without the index"));
        foreach (var (kind, _) in questions)
            report.Add(new("search", kind, with[kind], "ms", Beside: without[kind], Besides: "without the index"));
        report.Note("search: without the index means without the full-text index alone; the one by session and time, by which the search walks, stays.");
    }

    private static async Task<double> TimeAsync(TranscriptSearch search, Caller caller, string text)
    {
        var begun = Stopwatch.GetTimestamp();
        await search.FindAsync(caller, new(text, TimeZoneInfo.Utc));
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>By how common they are: the nth is said about 1/n as often as the first.</summary>
    private static List<string> Words(Random random)
    {
        var words = new HashSet<string>();
        while (words.Count < Vocabulary)
            words.Add(string.Concat(Enumerable.Range(0, 1 + (words.Count / 400 is var n && n < 3 ? n : 3)).Select(_ => Syllables[random.Next(Syllables.Length)]).Append(words.Count < 20 ? "" : Syllables[random.Next(Syllables.Length)])));
        return [.. words];
    }

    private static string Mistyped(string word) => word[..2] + word[3] + word[2] + word[4..];

    /// <returns>The coach with a third of all sessions, one of the others, and a founder of theirs.</returns>
    private static async Task<Caller[]> FillAsync(Stage.Database database, NpgsqlDataSource source, List<string> words, Random random)
    {
        Console.WriteLine("  writing a million turns ...");
        var coaches = new List<Person>();
        var founders = new List<Person>();
        for (var i = 0; i < 20; i++)
        {
            coaches.Add(await database.APersonAsync($"Coach {i}", Role.Coach));
            founders.Add(await database.APersonAsync($"Founder {i}", Role.Founder));
        }
        var sums = new double[words.Count];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + (1 / (i + 2.7));
        await RunAsync(source, "alter index turns_search rename to turns_search_old");
        var index = (string)(await AskAsync(source, "select replace(pg_get_indexdef('turns_search_old'::regclass), 'turns_search_old', 'turns_search')"))!;
        await RunAsync(source, "drop index turns_search_old");
        var now = new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);
        await using (var db = database.Open())
        {
            for (var i = 0; i < Sessions; i++)
            {
                var who = random.Next(3) == 0 ? 0 : random.Next(1, coaches.Count);
                db.Add(new CoachingSession
                {
                    Title = $"Session {i}", CoachId = coaches[who].Id, FounderId = founders[who].Id, StartsAt = now.AddHours(-5 * i), EndsAt = now.AddHours((-5 * i) + 1),
                    RoomName = CoachingSession.NewRoomName(), CreatedAt = now,
                });
            }
            await db.SaveChangesAsync();
        }
        List<(Guid Id, DateTimeOffset At)> sessions;
        await using (var db = database.Open())
            sessions = [.. (await db.Sessions.OrderBy(s => s.StartsAt).Select(s => new { s.Id, s.StartsAt }).ToListAsync()).Select(s => (s.Id, s.StartsAt))];
        await using (var connection = await source.OpenConnectionAsync())
        await using (var copy = await connection.BeginBinaryImportAsync("copy turns (id, session_id, speaker, role, text, started_at, ended_at, source, key) from stdin (format binary)"))
        {
            foreach (var (id, at) in sessions)
                for (var i = 0; i < TurnsEach; i++)
                {
                    await copy.StartRowAsync();
                    await copy.WriteAsync(Ids.New(), NpgsqlDbType.Uuid);
                    await copy.WriteAsync(id, NpgsqlDbType.Uuid);
                    await copy.WriteAsync(i % 2 == 0 ? "Coach" : "Founder", NpgsqlDbType.Text);
                    await copy.WriteAsync(i % 2 == 0 ? "coach" : "founder", NpgsqlDbType.Text);
                    await copy.WriteAsync(string.Join(' ', Enumerable.Range(0, random.Next(4, 30)).Select(_ => Draw())), NpgsqlDbType.Text);
                    await copy.WriteAsync(at.AddSeconds(10 * i), NpgsqlDbType.TimestampTz);
                    await copy.WriteAsync(at.AddSeconds((10 * i) + 8), NpgsqlDbType.TimestampTz);
                    await copy.WriteAsync("caption", NpgsqlDbType.Text);
                    await copy.WriteAsync(i.ToString(CultureInfo.InvariantCulture), NpgsqlDbType.Text);
                }
            await copy.CompleteAsync();
        }
        Console.WriteLine("  indexing them ...");
        await RunAsync(source, index);
        await RunAsync(source, "insert into search_words select word from ts_stat('select to_tsvector(''public.portal'', text) from turns') where length(word) between 3 and 40 on conflict do nothing");
        await RunAsync(source, "vacuum analyze");
        return [Of(coaches[0]), Of(coaches[1]), Of(founders[1])];

        string Draw()
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            return words[at < 0 ? ~at : at];
        }

        static Caller Of(Person person) => new(person.Id, person.Role, person.Name);
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql) => await AskAsync(source, sql);

    private static async Task<object?> AskAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 1800;
        return await command.ExecuteScalarAsync();
    }
}
