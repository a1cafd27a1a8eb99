using System.Globalization;
using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>A transcript of thousands of turns costs a browser what can be seen of it, and is there as a whole all the same.</summary>
public sealed class LongTranscriptTests(Stage stage)
{
    private const int Turns = 600;

    [Fact]
    public async Task Turns_OutOfSight_AreLaidOutWhenReached_AndAreFoundAndPrintedBefore()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder);
        var session = await database.ASessionAsync(coach, founder);
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        await using (var db = database.Open())
        {
            var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddHours(1) };
            db.Add(call);
            await db.SaveChangesAsync();
            for (var i = 0; i < Turns; i++)
            {
                var person = i % 2 == 0 ? coach : founder;
                db.Add(new Turn
                {
                    SessionId = session.Id, CallId = call.Id, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Source = TurnSource.Caption, Key = $"t{i}",
                    StartedAt = start.AddSeconds(6 * i), EndedAt = start.AddSeconds((6 * i) + 5),
                    // Of very different heights, so that no guess is right.
                    Text = $"This is turn number{i}. " + string.Concat(Enumerable.Repeat("We looked at the price again. ", i % 40)),
                });
            }
            await db.SaveChangesAsync();
        }
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);

        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("find-words")).ToBeEnabledAsync();
        Assert.True(await IsLaidOutAsync(carla, 0));
        Assert.False(await IsLaidOutAsync(carla, 300));
        Assert.False(await IsLaidOutAsync(carla, Turns - 1));
        Assert.Equal("number555", await carla.Page.EvaluateAsync<string>("() => { find('number555'); return String(getSelection()); }")); // as Ctrl+F does

        await carla.GoToAsync(string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}?t={6 * 411}"));
        await IsInTheMiddleAsync(carla, 411);
        Assert.False(await IsLaidOutAsync(carla, 200));

        await carla.Find("find-words").FillAsync("number222");
        await carla.Find("find-words").PressAsync("Enter");
        await IsInTheMiddleAsync(carla, 222);

        // Of thousands of hits those are lit that are near, others when somebody comes near.
        await carla.Find("find-words").FillAsync("looked at the price");
        await carla.Page.WaitForFunctionAsync("() => CSS.highlights.get('found')?.size > 0 && CSS.highlights.get('found').size < 2000");
        await carla.Page.WaitForFunctionAsync(
            """
            () => {
              const last = [...document.querySelectorAll("[data-testid=turn]")].at(-1);
              last.scrollIntoView({ behavior: "instant" });
              return [...(CSS.highlights.get("found") ?? [])].some((hit) => last.contains(hit.startContainer));
            }
            """);

        await carla.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await carla.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-testid=turn]')].every(t => t.checkVisibility({ contentVisibilityAuto: true }))");
        carla.ConsoleIsClean();
    }

    private static Task<bool> IsLaidOutAsync(Visitor visitor, int number) =>
        visitor.Find("turn").Nth(number).EvaluateAsync<bool>("turn => turn.checkVisibility({ contentVisibilityAuto: true })");

    /// <summary>And stays there: what comes into view around it moves it no more.</summary>
    private static async Task IsInTheMiddleAsync(Visitor visitor, int number) => await visitor.Page.WaitForFunctionAsync(
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
