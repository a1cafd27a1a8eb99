using CoachingPortal.BrowserTests;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Benchmarks;

/// <summary>How large an hour of talk is in the archive, beside the JSON it was.</summary>
internal static class ArchiveBenchmark
{
    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        var (coach, founder) = (await database.APersonAsync("Carla Coach", Role.Coach), await database.APersonAsync("Fiona Founder", Role.Founder));
        var session = await database.ASessionAsync(coach, founder);
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddHours(1), Transport = CallTransport.Direct };
        await database.AddAsync(call);
        int turns;
        await using (var db = database.Open())
        {
            turns = await TalkAsync(db, session.Id, call.Id, start, coach, founder);
            // The news of a correction: the portal archives what is not there yet.
            await db.Database.ExecuteSqlAsync($"select pg_notify('session_changed', {$"{session.Id}:Turns"})");
        }
        var archived = await database.UntilAsync(db => db.Archives.AsNoTracking().SingleOrDefaultAsync(a => a.SessionId == session.Id), a => a is not null, "the session in the archive");
        report.Add(new("archive", $"a session of {turns} turns, packed", archived!.Size / 1000.0, "kB", Beside: archived.RawSize / 1000.0, Besides: "its JSON"));
    }

    /// <summary>Puts an hour of talk into the database: prose of our own writing, each line once.</summary>
    /// <returns>How many turns.</returns>
    internal static async Task<int> TalkAsync(PortalDb db, Guid session, Guid call, DateTimeOffset start, Person coach, Person founder)
    {
        var lines = (await File.ReadAllLinesAsync(Path.Combine(ContentRoot.Find(), "tests", "CoachingPortal.Tests", "Fred", "Conversations.txt"))).Where(l => l.Length > 20).Distinct().Take(500).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var person = i % 2 == 0 ? coach : founder;
            db.Add(new Turn
            {
                SessionId = session, CallId = call, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Source = TurnSource.Caption, Key = $"t{i}", Language = "en",
                StartedAt = start.AddSeconds(7 * i), EndedAt = start.AddSeconds((7 * i) + 6), Confidence = 0.9, Text = lines[i],
            });
        }
        await db.SaveChangesAsync();
        return lines.Count;
    }
}
