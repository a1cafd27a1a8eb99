using CoachingPortal.BrowserTests.Demo;
using CoachingPortal.Demo;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>What was said and how it sounded, each leading to the other.</summary>
public sealed class TranscriptAndPlayerTests(SharedDemo shared, Stage stage) : OnTheSessionPage(shared, stage)
{
    [Fact]
    public async Task Transcript_AndPlayer_LeadToEachOther()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('audio')?.readyState >= 1");

        await coach.Find("evidence").First.ClickAsync();
        var said = coach.Page.Locator("li[data-shown]");
        await Assertions.Expect(said).ToHaveAttributeAsync("data-lit", "");
        await coach.Find("player-play").ClickAsync();
        await ExpectPositionAsync(coach, said);

        foreach (var number in new[] { 10, 2 })
        {
            var turn = coach.Find("turn").Nth(number);
            await TimeOf(turn).ClickAsync();
            await Assertions.Expect(turn).ToHaveAttributeAsync("data-lit", "");
            await coach.Find("player-play").ClickAsync();
            await ExpectPositionAsync(coach, turn);
        }

        await TimeOf(coach.Find("turn").Nth(10)).ClickAsync();
        await Assertions.Expect(coach.Find("turn").Nth(11)).ToHaveAttributeAsync("data-lit", "");
        await Words_AreClickedAndSelectedAsync(coach);
        Assert.Equal(1, await coach.Page.Locator("li[data-lit]").CountAsync());

        await Assertions.Expect(coach.Find("fred-notes-message").First).ToBeHiddenAsync();
        await coach.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(coach.Find("fred-notes").GetByTestId("fred-notes-message").First).ToBeVisibleAsync(); // paper cannot be unfolded
        await Assertions.Expect(coach.Find("fred-notes-private").GetByTestId("fred-notes-message").First).ToBeHiddenAsync();
        Assert.Equal(0, await coach.Page.Locator("header.head, .tools, .find").Filter(new() { Visible = true }).CountAsync());
        await coach.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await coach.Find("fred-notes").Locator("summary").ClickAsync();
        await Assertions.Expect(coach.Find("fred-notes-message").First).ToBeVisibleAsync();
        await coach.Find("fred-notes").GetByTestId("fred-notes-play").Last.ClickAsync(); // lit for long: no message follows
        await Assertions.Expect(coach.Find("fred-notes").GetByTestId("fred-notes-message").Last).ToHaveAttributeAsync("data-now", "");
        await coach.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(coach.Find("player-keys-list")).ToBeVisibleAsync();
        await coach.Page.Keyboard.PressAsync("Escape");
        await coach.Page.Keyboard.PressAsync("/");
        await coach.Page.Keyboard.TypeAsync("PRICE");
        await coach.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(coach.Find("find-count")).ToHaveTextAsync("1 of " + await coach.Page.EvaluateAsync<int>("() => CSS.highlights.get('found').size"));
        await coach.Find("player-marks").Locator("summary").ClickAsync();
        await coach.AxeFindsNothingAsync();
        coach.ConsoleIsClean();
    }

    /// <summary>A click on words plays them; who selects, or takes a selection away, hears nothing.</summary>
    private static async Task Words_AreClickedAndSelectedAsync(Visitor coach)
    {
        var (turn, other) = (coach.Find("turn").Nth(3), coach.Find("turn").Nth(7));
        var (words, others) = (turn.Locator("> p + p"), other.Locator("> p + p"));
        await coach.Find("player-play").ClickAsync(); // pauses
        await words.ClickAsync();
        await Assertions.Expect(turn).ToHaveAttributeAsync("data-lit", "");
        await coach.Find("player-play").ClickAsync();
        await ExpectPositionAsync(coach, turn);
        await coach.Page.EvaluateAsync("() => { window.seeked = null; }");

        var box = (await others.BoundingBoxAsync())!;
        await coach.Page.Mouse.MoveAsync(box.X + 4, box.Y + 8);
        await coach.Page.Mouse.DownAsync();
        await coach.Page.Mouse.MoveAsync(box.X + 120, box.Y + 8, new() { Steps = 5 });
        await coach.Page.Mouse.UpAsync();
        Assert.NotEmpty(await coach.Page.EvaluateAsync<string>("() => String(getSelection())"));
        await others.ClickAsync(new() { Position = new() { X = 10, Y = 8 } });
        await others.ClickAsync(new() { Modifiers = [KeyboardModifier.Shift], Position = new() { X = 10, Y = 8 } });
        await other.HoverAsync();
        await other.GetByTestId("turn-edit").ClickAsync();
        await other.GetByTestId("turn-text").ClickAsync();
        await other.GetByTestId("turn-cancel").ClickAsync();
        Assert.Null(await coach.Page.EvaluateAsync<double?>("() => window.seeked"));

        await others.ClickAsync(new() { Position = new() { X = 10, Y = 8 } });
        await Assertions.Expect(other).ToHaveAttributeAsync("data-lit", "");
        await coach.Find("player-play").ClickAsync();
    }

    [Fact]
    public async Task Playing_TheTurnIsKeptInViewUnlessItsReaderWentElsewhere_AndHitsStandOnTheOutline()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await coach.LooksAsync(1280, ColorScheme.Light, height: 500);
        await coach.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce }); // a scroll is there at once
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('audio')?.readyState >= 1");
        ILocator Turn(int number) => coach.Find("turn").Nth(number);
        async Task PlaysIntoAsync(int number)
        {
            await Assertions.Expect(Turn(number)).Not.ToBeInViewportAsync();
            await Turn(number).EvaluateAsync(
                """
                (turn) => {
                  const seek = document.querySelector("[data-testid=player-seek]");
                  seek.value = (turn.dataset.at - turn.parentElement.dataset.start) / 1000 - 0.2;
                  seek.dispatchEvent(new Event("input"));
                }
                """);
            await Assertions.Expect(Turn(number)).ToHaveAttributeAsync("data-lit", "");
            await Assertions.Expect(Turn(number)).ToHaveAttributeAsync("aria-current", "true");
        }

        await TimeOf(Turn(0)).ClickAsync();
        await Assertions.Expect(Turn(0)).ToHaveAttributeAsync("data-lit", "");
        await coach.Page.EvaluateAsync("() => { document.querySelector('audio').playbackRate = 0.2; }"); // what is waited for stays for a while
        await PlaysIntoAsync(8);
        await Assertions.Expect(Turn(8)).ToBeInViewportAsync();

        await coach.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await PlaysIntoAsync(11);
        Assert.Equal(0, await coach.Page.EvaluateAsync<double>("() => scrollY"));
        await Assertions.Expect(Turn(11)).Not.ToBeInViewportAsync();

        await TimeOf(Turn(11)).ClickAsync();
        await PlaysIntoAsync(3);
        await Assertions.Expect(Turn(3)).ToBeInViewportAsync();

        await coach.Find("find-words").FillAsync("price");
        var hits = await coach.Page.EvaluateAsync<int>("() => CSS.highlights.get('found').size");
        Assert.InRange(hits, 2, 10);
        await Assertions.Expect(coach.Find("find-count")).ToHaveTextAsync($"{hits} hits");
        Assert.Equal((hits, 0, 0), await MarkedAsync(coach));
        await coach.Find("find-on").ClickAsync();
        Assert.Equal((hits, 0, 1), await MarkedAsync(coach));
        await coach.Find("find-words").FillAsync("nobody says this");
        Assert.Equal(0, (await MarkedAsync(coach)).Hits);
        coach.ConsoleIsClean();
    }

    /// <summary>What stands on the outline in the colour of what was searched for: at the turns that say "price", at the others, and over its whole height.</summary>
    private static async Task<(int Hits, int Others, int Whole)> MarkedAsync(Visitor visitor)
    {
        var marked = await visitor.Page.EvaluateAsync<int[]>(
            """
            () => {
              const canvas = document.querySelector("[data-part=canvas]"), seek = document.querySelector("[data-testid=player-seek]");
              const pixel = (context, x, y) => context.getImageData(x, y, 1, 1).data.join();
              const copy = (width, height) => new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
              const sample = copy(1, 1), drawn = copy(canvas.width, canvas.height);
              sample.fillStyle = getComputedStyle(canvas).borderRightColor;
              sample.fillRect(0, 0, 1, 1);
              drawn.drawImage(canvas, 0, 0);
              const sought = pixel(sample, 0, 0);
              const is = (turn, y) => pixel(drawn, Math.ceil(((turn.dataset.at - turn.parentElement.dataset.start) / 1000 / seek.max) * canvas.clientWidth * devicePixelRatio), y) === sought;
              const turns = [...document.querySelectorAll("[data-testid=turn]")];
              const [said, others] = [true, false].map((says) => turns.filter((t) => /price/i.test(t.querySelector(":scope > p + p").textContent) === says));
              return [said.filter((t) => is(t, 3)).length, others.filter((t) => is(t, 3)).length, said.filter((t) => is(t, canvas.height - 3)).length];
            }
            """);
        return (marked[0], marked[1], marked[2]);
    }

    /// <summary>Who corrects a turn has its sound a key away, and stays in the words.</summary>
    [Fact]
    public async Task Editor_ByItsKeyOrItsButton_PlaysTheTurnsMoment()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('audio')?.readyState >= 1");
        var turn = coach.Find("turn").Nth(5);
        await TimeOf(turn).FocusAsync();
        await coach.Page.Keyboard.PressAsync("e");
        var text = coach.Find("turn-text");
        await Assertions.Expect(text).ToBeFocusedAsync();
        var words = await text.InputValueAsync();

        await coach.Page.Keyboard.PressAsync("Alt+KeyP");
        await Assertions.Expect(turn).ToHaveAttributeAsync("data-lit", "");
        await ExpectPositionAsync(coach, turn);
        await Assertions.Expect(text).ToBeFocusedAsync();
        await Assertions.Expect(text).ToHaveValueAsync(words);
        await coach.Find("player-play").ClickAsync();

        await TimeOf(coach.Find("turn").Nth(1)).ClickAsync();
        await coach.Find("turn-play").ClickAsync();
        await Assertions.Expect(turn).ToHaveAttributeAsync("data-lit", "");
        await ExpectPositionAsync(coach, turn);
        await coach.Find("turn-cancel").ClickAsync();
        coach.ConsoleIsClean();
    }

    /// <summary>The click began playing at the turn's own moment, and a second one paused.</summary>
    private static async Task ExpectPositionAsync(Visitor visitor, ILocator turn)
    {
        var begins = await turn.EvaluateAsync<double>("turn => (Number(turn.dataset.at) - Number(turn.parentElement.dataset.start)) / 1000");
        var seeked = await visitor.Page.EvaluateAsync<double>("() => window.seeked");
        Assert.InRange(seeked - begins, -0.5, 0.5);
        Assert.True(await visitor.Page.EvaluateAsync<double>("() => document.querySelector('audio').currentTime") >= seeked);
    }

    /// <summary>The turn at the pointer has another button, for its correction.</summary>
    private static ILocator TimeOf(ILocator turn) => turn.GetByRole(AriaRole.Button, new() { NameRegex = new("^Play from") });
}
