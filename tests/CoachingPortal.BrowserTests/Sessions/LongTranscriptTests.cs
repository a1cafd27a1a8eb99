using System.Globalization;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>A transcript of thousands of turns costs a browser what can be seen of it, and is there as a whole all the same.</summary>
public sealed class LongTranscriptTests(Stage stage) : OnALongPage(stage)
{
    [Fact]
    public async Task Turns_OutOfSight_AreLaidOutWhenReached_AndAreFoundAndPrintedBefore()
    {
        // Of very different heights, so that no guess is right.
        var (portal, coach, session, _) = await ASessionAsync(i => string.Concat(Enumerable.Repeat("We looked at the price again. ", i % 40)));
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);

        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("find-words")).ToBeEnabledAsync();
        Assert.True(await IsLaidOutAsync(carla, 0));
        Assert.False(await IsLaidOutAsync(carla, 300));
        Assert.False(await IsLaidOutAsync(carla, Turns - 1));
        Assert.Equal("number555", await carla.Page.EvaluateAsync<string>("() => { find('number555'); return String(getSelection()); }")); // as Ctrl+F does

        await carla.GoToAsync(string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}?t={6 * 411}"));
        await IsInTheMiddleAsync(carla, 411);
        Assert.False(await IsLaidOutAsync(carla, 200));

        // Long texts are looked through in pieces; who presses Enter before the last one is led to the first hit all the same.
        Assert.Equal(
            "1 of 1",
            await carla.Find("find-words").EvaluateAsync<string>(
                """
                (words) => {
                  words.value = "number222";
                  words.dispatchEvent(new Event("input", { bubbles: true }));
                  words.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
                  return document.querySelector("[data-testid=find-count]").textContent;
                }
                """));
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

    /// <summary>Ordinary turns are lower than what stands in for them until they are laid out.</summary>
    [Theory]
    [InlineData(1440, 900)]
    [InlineData(360, 740)]
    public async Task Moment_FarAwayAmongShortTurns_IsInTheMiddle(int width, int height)
    {
        var (portal, coach, session, turns) = await ASessionAsync(i => i % 3 == 0 ? "We looked at the price again, and it was right for now." : "", evidence: 211);
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);
        await carla.Page.SetViewportSizeAsync(width, height);

        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("find-words")).ToBeEnabledAsync();
        await carla.Find("evidence").ClickAsync();
        await IsInTheMiddleAsync(carla, 211);

        await carla.GoToAsync(string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}?t={6 * 333}"));
        await IsInTheMiddleAsync(carla, 333);

        await carla.GoToAsync("/");
        await carla.GoToAsync($"/sessions/{session.Id}?t=0#turn-{turns[522]}");
        await IsInTheMiddleAsync(carla, 522);
        carla.ConsoleIsClean();
    }

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(768, 1024)]
    [InlineData(360, 740)]
    public async Task Parts_OfThePage_AreOnePressAway(int width, int height)
    {
        var (portal, coach, session, _) = await ASessionAsync(i => i % 3 == 0 ? "We looked at the price again, and it was right for now." : "");
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);
        await carla.LooksAsync(width, width == 768 ? ColorScheme.Dark : ColorScheme.Light, height);
        var address = string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}?t={6 * 333}");
        await carla.GoToAsync(address);
        await IsInTheMiddleAsync(carla, 333);
        await Assertions.Expect(carla.Find("insights-table").Or(carla.Find("insights-none"))).ToBeVisibleAsync();
        await carla.Page.EvaluateAsync("() => { window.isSamePage = true; }");
        await carla.AxeFindsNothingAsync();

        var loaded = 0;
        carla.Page.Request += (_, request) => loaded += request.Url.Contains(address, StringComparison.Ordinal) ? 1 : 0;

        var links = carla.Find("on-page").GetByRole(AriaRole.Link);
        Assert.Equal(["Summary", "Decisions", "Actions", "Transcript", "Comments", "Notes", "Insights"], await links.AllTextContentsAsync());
        foreach (var name in new[] { "Comments", "Transcript", "Insights", "Summary", "Notes" })
        {
            await links.Filter(new() { HasText = name }).ClickAsync();
            await StandsUnderTheRowAsync(carla, name);
            if (name == "Comments")
            {
                await carla.Page.Keyboard.PressAsync("Tab");
                await Assertions.Expect(carla.Find("comment-add")).ToBeFocusedAsync();
            }
        }
        var elsewhere = await carla.Page.Context.RunAndWaitForPageAsync(() => links.Filter(new() { HasText = "Insights" }).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] }));
        await elsewhere.CloseAsync();
        foreach (var name in new[] { "Summary", "Insights", "Transcript", "Comments" })
        {
            await carla.Page.GoBackAsync();
            await StandsUnderTheRowAsync(carla, name);
        }
        Assert.Equal(0, loaded); // 3,000 turns are more than a megabyte
        Assert.True(await carla.Page.EvaluateAsync<bool>("() => window.isSamePage && document.documentElement.scrollWidth <= innerWidth"));
        carla.ConsoleIsClean();
    }

    /// <summary>Also when the page does so by itself, after the portal was started anew; the moment that its address names is where one began, not where one is.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(1440, 900)]
    [InlineData(360, 740)]
    public async Task Reader_WhosePageIsLoadedAgain_StaysWhereTheyWere(int width, int height)
    {
        var (portal, coach, session, _) = await ASessionAsync(i => i % 3 == 0 ? "We looked at the price again, and it was right for now." : "");
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);
        await carla.Page.SetViewportSizeAsync(width, height);
        var address = string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}?t={6 * 411}");
        await carla.GoToAsync(address);
        await IsInTheMiddleAsync(carla, 411);

        await carla.Find("turn").Nth(150).EvaluateAsync("turn => turn.scrollIntoView({ block: 'center', behavior: 'instant' })");
        var place = await StandsAsync();
        await carla.Page.ReloadAsync();
        await IsFollowedAsync(carla);
        while (Math.Abs(await StandsAsync() - place) > 4)
            await Task.Delay(500, TestContext.Current.CancellationToken);

        await carla.Find("on-page").GetByRole(AriaRole.Link).Filter(new() { HasText = "Notes" }).ClickAsync();
        await StandsUnderTheRowAsync(carla, "Notes");
        await carla.Page.ReloadAsync();
        await IsFollowedAsync(carla);
        await StandsUnderTheRowAsync(carla, "Notes");

        // In the midst of a long part neither its heading nor a turn is in sight.
        await carla.Page.SetViewportSizeAsync(width, 300);
        await carla.Find("insights-table").EvaluateAsync("table => table.scrollIntoView({ block: 'end', behavior: 'instant' })");
        var below = await carla.Page.EvaluateAsync<double>("() => document.getElementById('notes-title').getBoundingClientRect().top");
        Assert.True(below < 0);
        await carla.Page.ReloadAsync();
        await IsFollowedAsync(carla);
        await carla.Page.WaitForFunctionAsync("top => Math.abs(document.getElementById('notes-title').getBoundingClientRect().top - top) < 40", below);

        await using var another = await Visitor.SignInAsync(Stage, portal, coach);
        await another.GoToAsync($"{address}#comments-title");
        await IsFollowedAsync(another);
        await StandsUnderTheRowAsync(another, "Comments");
        carla.ConsoleIsClean();

        // Once nothing moves any more.
        Task<double> StandsAsync() => carla.Find("turn").Nth(150).EvaluateAsync<double>(
            """
            async (turn) => {
              let [top, still] = [0, 0];
              while (still < 30) {
                await new Promise(requestAnimationFrame);
                const now = turn.getBoundingClientRect().top;
                [top, still] = [now, now === top ? still + 1 : 0];
              }
              return top;
            }
            """);
    }

    private static Task<bool> IsLaidOutAsync(Visitor visitor, int number) =>
        visitor.Find("turn").Nth(number).EvaluateAsync<bool>("turn => turn.checkVisibility({ contentVisibilityAuto: true })");

    /// <summary>The script that leads a reader through the transcript is there.</summary>
    private static Task IsFollowedAsync(Visitor visitor) => Assertions.Expect(visitor.Page.Locator("fieldset fieldset:has(> [data-testid=transcript])")).ToBeEnabledAsync();

    private static async Task StandsUnderTheRowAsync(Visitor visitor, string part) => await visitor.Page.WaitUntilAsync(
        """
        async (name) => {
          const [row, target] = [document.querySelector("[data-testid=on-page]"), document.getElementById(location.hash.slice(1))];
          if (!target?.textContent.includes(name)) return false;
          for (let frame = 0; frame < 20; frame++) {
            const [top, head] = [target.getBoundingClientRect().top, row.getBoundingClientRect()];
            const atTheEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
            if (head.bottom > 150 && scrollY > 400 || top < head.bottom || (top > head.bottom + 90 && !atTheEnd) || top > innerHeight) return false;
            await new Promise(requestAnimationFrame);
          }
          return true;
        }
        """, part);
}
