using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>On the page of a session of very many turns.</summary>
public abstract class OnALongPage(Stage stage)
{
    protected const int Turns = 600;

    protected Stage Stage => stage;

    /// <summary>A session whose turns are numbered; a decision rests on one of them.</summary>
    protected async Task<(PortalProcess Portal, Person Coach, CoachingSession Session, Guid[] Turns)> ASessionAsync(Func<int, string> more, int? evidence = null)
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder);
        var session = await database.ASessionAsync(coach, founder);
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        await using var db = database.Open();
        var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddHours(1) };
        db.Add(call);
        await db.SaveChangesAsync();
        Turn[] turns = [.. Enumerable.Range(0, Turns).Select(i => (i % 2 == 0 ? coach : founder) is var person ? new Turn
        {
            SessionId = session.Id, CallId = call.Id, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Source = TurnSource.Caption, Key = $"t{i}",
            StartedAt = start.AddSeconds(6 * i), EndedAt = start.AddSeconds((6 * i) + 5), Text = $"This is turn number{i}. {more(i)}",
        } : null!)];
        db.AddRange(turns);
        if (evidence is { } number)
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = "It is decided.", Source = SummarySource.Hand, EvidenceTurnIds = [turns[number].Id], CreatedAt = start });
        await db.SaveChangesAsync();
        return (portal, coach, session, [.. turns.Select(t => t.Id)]);
    }

    /// <summary>And stays there: what comes into view around it moves it no more.</summary>
    protected static async Task IsInTheMiddleAsync(Visitor visitor, int number) => await visitor.Page.WaitUntilAsync(
        """
        async (number) => {
          const turn = document.querySelectorAll("[data-testid=turn]")[number];
          const place = () => { const box = turn.getBoundingClientRect(); return box.top < innerHeight * 0.65 && box.bottom > innerHeight * 0.35; };
          for (let frame = 0; frame < 20; frame++) {
            if (!place()) return false;
            await new Promise(requestAnimationFrame);
          }
          return true;
        }
        """, number);
}
