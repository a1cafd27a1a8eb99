using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>What somebody has written and not saved yet is theirs until they save it or put it away.</summary>
public sealed class DraftTests(Stage stage)
{
    [Fact]
    public async Task Drafts_OfEveryKind_OutliveAReloadAndAPortalThatDies_AndAreSavedOnce()
    {
        var (portal, database) = await stage.TheMortalPortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await database.AddAsync(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = "Raise the price", Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow });
        await database.AddAsync(ATurn(session, coach, 0));
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        await carla.GoToAsync($"/sessions/{session.Id}");

        await CorrectAsync(carla, 0);
        await carla.Find("turn-text").PressSequentiallyAsync(", as it was");
        await OpenAsync(carla, "note-add", "note-text");
        await carla.Find("note-text").FillAsync("A note that is not finished");
        await carla.Find("note-private").CheckAsync();
        await OpenAsync(carla, "summary-edit", "summary-text");
        await carla.Find("summary-text").FillAsync("A summary that is not finished");
        await OpenAsync(carla, "action-add", "item-text");
        await carla.Find("item-text").PressSequentiallyAsync("An action that is not");
        await carla.Find("item-owner").SelectOptionAsync("Coach");
        await carla.Find("item-due").FillAsync("2026-12-24");
        await OpenAsync(carla, "decision-edit-1", "decision-1");
        await carla.Find("decision-1").GetByTestId("item-text").FillAsync("Raise the price in spring");
        await OpenAsync(carla, "tag-add", "tag-text");
        await carla.Find("tag-text").PressSequentiallyAsync("pric");

        await carla.Page.ReloadAsync();
        await EverythingIsBackAsync(carla);

        await portal.KillAsync();
        await Assertions.Expect(carla.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await carla.Find("tag-text").PressAsync("End");
        await carla.Find("tag-text").PressSequentiallyAsync("ing"); // nobody hears it
        await carla.Find("turn-text").PressAsync("End");
        await carla.Find("turn-text").PressSequentiallyAsync(" said");
        await carla.Find("turn-save").ClickAsync(); // saved as soon as there is a portal
        await carla.Page.EvaluateAsync("() => { window.before = true; }");
        await portal.StartAsync();
        await carla.Page.WaitForFunctionAsync("() => !window.before", null, new() { Timeout = 120_000 });
        await EverythingIsBackAsync(carla, tag: "pricing", turn: null);

        await Assertions.Expect(carla.Find("turn").Locator("p + p").First).ToHaveTextAsync("Turn 0, as it was said");
        await carla.Find("note-save").ClickAsync();
        await carla.Find("summary-save").ClickAsync();
        await carla.Find("decision-1").GetByTestId("item-save").ClickAsync();
        await Assertions.Expect(carla.Find("decision-1")).ToContainTextAsync("Raise the price in spring");
        await carla.Find("item-save").ClickAsync();
        await carla.Find("tag-save").ClickAsync();
        await Assertions.Expect(carla.Find("action-1")).ToContainTextAsync("24 Dec 2026");
        await Assertions.Expect(carla.Find("tag-remove")).ToHaveCountAsync(1);
        await Assertions.Expect(carla.Find("summary")).ToHaveTextAsync("A summary that is not finished");
        await Assertions.Expect(carla.Page.Locator(".entry.private")).ToContainTextAsync("A note that is not finished");
        await carla.Page.WaitForFunctionAsync("() => Object.keys(sessionStorage).every(k => !k.startsWith('draft:'))");

        await carla.Page.ReloadAsync();
        await Assertions.Expect(carla.Find("action-1")).ToContainTextAsync("An action that is not");
        var kept = await database.AskAsync(async db => (
            await db.Notes.CountAsync(n => n.SessionId == session.Id), await db.Items.CountAsync(i => i.SessionId == session.Id), await db.Sessions.Where(s => s.Id == session.Id).Select(s => s.Tags).SingleAsync()));
        Assert.Equal((1, 2), (kept.Item1, kept.Item2));
        Assert.Equal(["pricing"], kept.Item3);
    }

    [Fact]
    public async Task Draft_OfAnItem_ThatSomebodyChangedMeanwhile_IsNotSavedOverIt()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await database.AddAsync(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = "Raise the price", Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow });
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        await carla.GoToAsync($"/sessions/{session.Id}");
        await OpenAsync(carla, "decision-edit-1", "item-text");
        await carla.Find("item-text").FillAsync("Raise it in spring");
        await database.AskAsync(db => db.Items.Where(i => i.SessionId == session.Id).ExecuteUpdateAsync(u => u.SetProperty(i => i.Text, "Lower the price")));

        await carla.Page.ReloadAsync();
        await Assertions.Expect(carla.Find("item-text")).ToHaveValueAsync("Raise it in spring");
        await carla.Find("item-save").ClickAsync();

        await Assertions.Expect(carla.Find("decision-1").GetByRole(AriaRole.Alert)).ToContainTextAsync("Lower the price");
        await carla.Find("item-cancel").ClickAsync();
        await Assertions.Expect(carla.Find("item-text")).ToHaveCountAsync(0);
        await Assertions.Expect(carla.Find("decision-1")).ToContainTextAsync("Lower the price");
        await carla.Page.WaitForFunctionAsync("() => Object.keys(sessionStorage).every(k => !k.startsWith('draft:'))");
    }

    [Fact]
    public async Task Correction_OfATurn_OutlivesAReloadMeetsAnothersAndLeavesTheReaderInPlace()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        var turns = Enumerable.Range(0, 30).Select(i => ATurn(session, coach, i)).ToList();
        await using (var db = database.Open())
        {
            db.AddRange(turns);
            await db.SaveChangesAsync();
        }
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        await carla.GoToAsync($"/sessions/{session.Id}");
        var turn = carla.Find("turn").Nth(20);
        var at = await CorrectAsync(carla, 20);
        await carla.Find("turn-text").PressSequentiallyAsync(", corrected");
        Assert.Equal(at, await TopAsync(carla, 20), 2.0);
        await carla.Page.ReloadAsync();
        await Assertions.Expect(carla.Find("turn-text")).ToHaveValueAsync("Turn 20, corrected");
        await Assertions.Expect(carla.Find("turn-text")).ToBeEnabledAsync(); // before the page listens, nothing in its transcript takes the keyboard
        await carla.Find("turn-text").FocusAsync();
        var other = await carla.Page.APIRequest.PutAsync($"/api/coaching/sessions/{session.Id}/turns/{turns[20].Id}", new() { DataObject = new { text = "Turn twenty", version = "Turn 20" } });
        Assert.Equal(200, other.Status);
        await Assertions.Expect(turn.GetByTestId("turn-corrected")).ToHaveCountAsync(1); // drawn anew around the editor
        await Assertions.Expect(carla.Find("turn-text")).ToHaveValueAsync("Turn 20, corrected");
        await Assertions.Expect(carla.Find("turn-text")).ToBeFocusedAsync();

        await carla.Find("turn-text").PressAsync("Control+Enter");
        await Assertions.Expect(carla.Find("turn-conflict")).ToContainTextAsync("Turn twenty");
        await carla.Find("turn-conflict-mine").HoverAsync();
        at = await TopAsync(carla, 20);
        await carla.Find("turn-conflict-mine").ClickAsync();
        await Assertions.Expect(turn.Locator("p + p").First).ToHaveTextAsync("Turn 20, corrected");
        await Assertions.Expect(carla.Find("turn-text")).ToHaveCountAsync(0);
        Assert.Equal(at, await TopAsync(carla, 20), 2.0);
        await Assertions.Expect(carla.Find("turn-edit")).ToBeFocusedAsync();
        carla.ConsoleIsClean("409");
    }

    /// <summary>Be it by a stray key and a reload after it.</summary>
    [Fact]
    public async Task Correction_PutAway_CanBeBroughtBackUntilItIsForgotten()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await database.AddAsync(ATurn(session, coach, 0));
        await database.AddAsync(ATurn(session, coach, 1));
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        await carla.GoToAsync($"/sessions/{session.Id}");
        var (text, undo) = (carla.Find("turn-text"), carla.Find("turn-undo"));

        // By the keyboard alone, where no turn has a sound: down to the second one, and E.
        await Assertions.Expect(carla.Find("turn").First).ToHaveAttributeAsync("tabindex", "0");
        await carla.Find("turn").First.PressAsync("ArrowDown");
        await Assertions.Expect(carla.Find("turn").Last).ToBeFocusedAsync();
        await carla.Page.Keyboard.PressAsync("e");
        await Assertions.Expect(carla.Find("turn").Last.GetByTestId("turn-text")).ToBeFocusedAsync();
        await text.PressAsync("Escape");
        await Assertions.Expect(text).ToHaveCountAsync(0);
        await Assertions.Expect(undo).ToHaveCountAsync(0); // nothing was written
        await carla.Find("turn-edit").ClickAsync();
        await text.PressSequentiallyAsync(", mended");
        await text.PressAsync("Escape");
        await carla.Page.ReloadAsync();
        await undo.ClickAsync();
        await Assertions.Expect(text).ToHaveValueAsync("Turn 1, mended");

        await text.PressAsync("Escape");
        await Assertions.Expect(carla.Find("turn").Last.Locator("p + p").First).ToHaveTextAsync("Turn 1");
        await carla.AxeFindsNothingAsync();
        await carla.Find("turn-edit").ClickAsync(); // begun again without a look at the offer
        await Assertions.Expect(text).ToHaveValueAsync("Turn 1, mended");

        await carla.Find("turn-cancel").ClickAsync();
        await carla.Find("turn-forget").ClickAsync();
        await Assertions.Expect(undo).ToHaveCountAsync(0);
        Assert.Equal(0, await carla.Page.EvaluateAsync<int>("() => Object.keys(sessionStorage).filter(k => k.includes('draft:')).length"));
        await carla.Find("turn-edit").ClickAsync();
        await Assertions.Expect(text).ToHaveValueAsync("Turn 1");
        carla.ConsoleIsClean();
    }

    /// <summary>What opens gets the keyboard; where its script comes late, and its reader already writes elsewhere, it does not.</summary>
    [Fact]
    public async Task Editor_WhoseScriptIsLate_TakesTheKeyboardFromNobody()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        TaskCompletionSource held = new(), asked = new();
        await carla.Page.RouteAsync("**/js/session/keep-form*.js", async route =>
        {
            asked.TrySetResult();
            await held.Task;
            await route.ContinueAsync();
        });
        await carla.GoToAsync($"/sessions/{session.Id}");
        await OpenAsync(carla, "action-add", "item-text");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await OpenAsync(carla, "note-add", "note-text");
        await Assertions.Expect(carla.Find("note-text")).ToBeFocusedAsync();
        var note = carla.Find("note-text");
        await note.PressSequentiallyAsync("A note");

        held.SetResult();
        // It keeps what is written from then on.
        await carla.Page.WaitUntilAsync("""
            async () => {
              document.querySelector("[data-testid=item-text]").dispatchEvent(new Event("input", { bubbles: true }));
              return Object.keys(sessionStorage).some((key) => key.includes(":action:"));
            }
            """);
        await Assertions.Expect(note).ToBeFocusedAsync();

        await carla.Find("item-text").FocusAsync();
        await note.EvaluateAsync("async area => (await import('/js/session/draft.js')).attach(area.closest('.draft'), { url: '/', key: 'again', text: '', version: null }, {})");
        await Assertions.Expect(carla.Find("item-text")).ToBeFocusedAsync();
        carla.ConsoleIsClean();
    }

    private static Turn ATurn(CoachingSession session, Person coach, int number) => new()
    {
        SessionId = session.Id, PersonId = coach.Id, Speaker = coach.Name, Role = Role.Coach, Text = $"Turn {number}", Source = TurnSource.Caption, Key = $"{number}",
        StartedAt = DateTimeOffset.UtcNow.AddMinutes(number - 60), EndedAt = DateTimeOffset.UtcNow.AddMinutes(number - 60),
    };

    /// <returns>Where the turn stood before its editor opened, in pixels from the window's top.</returns>
    private static async Task<double> CorrectAsync(Visitor carla, int number)
    {
        await Assertions.Expect(carla.Find("turn").First).ToHaveAttributeAsync("tabindex", "0"); // its script listens
        var turn = carla.Find("turn").Nth(number);
        await turn.HoverAsync();
        var at = await TopAsync(carla, number);
        await carla.Find("turn-edit").ClickAsync();
        return at;
    }

    /// <summary>
    /// Where a turn stands, in pixels from the window's top, once it stands still: a page that was scrolled lays out what
    /// came into sight some frames later. Each look is one task of the page, which may be drawing the turn anew.
    /// </summary>
    private static Task<double> TopAsync(Visitor visitor, int number) => visitor.Page.EvaluateAsync<double>("""
        async (at) => {
          let [top, still] = [NaN, 0];
          while (still < 5) {
            await new Promise(requestAnimationFrame);
            const now = document.querySelectorAll("[data-testid=turn]")[at].getBoundingClientRect().top;
            [top, still] = [now, now === top ? still + 1 : 0];
          }
          return top;
        }
        """, number);

    private static async Task EverythingIsBackAsync(Visitor carla, string tag = "pric", string? turn = "Turn 0, as it was")
    {
        if (turn is not null)
            await Assertions.Expect(carla.Find("turn-text")).ToHaveValueAsync(turn);
        await Assertions.Expect(carla.Find("tag-text")).ToHaveValueAsync(tag);
        await Assertions.Expect(carla.Find("note-text")).ToHaveValueAsync("A note that is not finished");
        await Assertions.Expect(carla.Find("note-private")).ToBeCheckedAsync();
        await Assertions.Expect(carla.Find("summary-text")).ToHaveValueAsync("A summary that is not finished");
        await Assertions.Expect(carla.Find("decision-1").GetByTestId("item-text")).ToHaveValueAsync("Raise the price in spring");
        await Assertions.Expect(carla.Find("item-text").Last).ToHaveValueAsync("An action that is not");
        await Assertions.Expect(carla.Find("item-owner")).ToHaveValueAsync("Coach");
        await Assertions.Expect(carla.Find("item-due")).ToHaveValueAsync("2026-12-24");
    }

    private static async Task OpenAsync(Visitor visitor, string button, string opens)
    {
        await visitor.Find(button).ClickAsync();
        await Assertions.Expect(visitor.Find(opens).First).ToBeVisibleAsync();
    }
}
