using CoachingPortal.BrowserTests.Demo;
using CoachingPortal.Demo;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>The page of a finished session, used by its coach and its founder side by side, in real browsers.</summary>
public sealed class SessionPageTests(SharedDemo shared, Stage stage) : OnTheSessionPage(shared, stage)
{
    [Fact]
    public async Task Words_OfEither_AreKeptAndReachTheOther()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await using var founder = await OpenAsync(DemoPeople.Studio);

        await founder.Find("action-done-2").ClickAsync();
        await Assertions.Expect(coach.Find("action-done-2")).ToBeCheckedAsync();
        await founder.Page.ReloadAsync();
        await Assertions.Expect(founder.Find("action-done-2")).ToBeCheckedAsync();
        await Assertions.Expect(founder.Find("action-done-3")).ToBeDisabledAsync();

        await coach.Find("decision-add").ClickAsync();
        await coach.Find("item-text").FillAsync("Decide by Friday");
        await coach.Find("item-save").ClickAsync();
        await Assertions.Expect(founder.Find("decision-3")).ToContainTextAsync("Decide by Friday");
        await coach.Find("decision-edit-3").ClickAsync();
        await coach.Find("item-text").FillAsync("Decide by Monday");
        await coach.Find("item-save").ClickAsync();
        await Assertions.Expect(founder.Find("decision-3")).ToContainTextAsync("Decide by Monday");
        await coach.Find("decision-remove-3").ClickAsync();
        await Assertions.Expect(founder.Find("decision-3")).ToHaveCountAsync(0);
        await coach.Find("undo").ClickAsync();
        await Assertions.Expect(founder.Find("decision-3")).ToContainTextAsync("Decide by Monday");

        await coach.Find("summary-edit").ClickAsync();
        await coach.Find("summary-text").FillAsync("Summed up by hand.");
        await coach.Find("summary-save").ClickAsync();
        await Assertions.Expect(founder.Find("summary")).ToHaveTextAsync("Summed up by hand.");

        await coach.Find("note-add").ClickAsync();
        await founder.Find("note-add").ClickAsync();
        await founder.Find("note-text").FillAsync("What the founder types");
        await coach.Find("note-text").FillAsync("What the coach wrote");
        await coach.Find("note-save").ClickAsync();
        await Assertions.Expect(founder.Page.GetByText("What the coach wrote")).ToBeVisibleAsync();
        await Assertions.Expect(founder.Find("note-text")).ToHaveValueAsync("What the founder types");
        await founder.Find("note-save").ClickAsync();
        await Assertions.Expect(coach.Page.GetByText("What the founder types")).ToBeVisibleAsync();

        await founder.Find("comment-add").ClickAsync();
        await founder.Find("comment-text").FillAsync("What the founder asks");
        await founder.Find("comment-save").ClickAsync();
        await Assertions.Expect(coach.Find("comment-1")).ToContainTextAsync("What the founder asks");

        await coach.Find("note-add").ClickAsync();
        await coach.Find("note-text").FillAsync("For the coach alone");
        await coach.Find("note-private").CheckAsync();
        await coach.Find("note-save").ClickAsync();
        await Assertions.Expect(coach.Page.Locator(".entry.private", new() { HasText = "For the coach alone" })).ToBeVisibleAsync();
        await founder.Page.ReloadAsync();
        await Assertions.Expect(founder.Page.GetByText("What the coach wrote")).ToBeVisibleAsync();
        Assert.DoesNotContain("For the coach alone", await founder.Page.ContentAsync(), StringComparison.Ordinal);
        coach.ConsoleIsClean();
        founder.ConsoleIsClean();
    }

    [Fact]
    public async Task Page_ItsCircuitStarts_TheTranscriptStaysWhereItWas()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach, startsEmpty: true);
        await coach.Page.AddInitScriptAsync(
            """
            window.fewest = Infinity; // from the moment the page has come in full: its turns arrive in several pieces
            const count = () => { window.fewest = Math.min(window.fewest, document.querySelectorAll("[data-testid=turn]").length); requestAnimationFrame(count); };
            document.addEventListener("DOMContentLoaded", count);
            """);
        await coach.GoToAsync(await PathAsync());
        await Assertions.Expect(coach.Find("player-play")).ToBeVisibleAsync(); // only a page with its circuit has one
        Assert.Equal(await coach.Find("turn").CountAsync(), await coach.Page.EvaluateAsync<int>("() => window.fewest"));
    }

    /// <summary>Where the player has no column, what plays goes along at the lower edge, and leaves room to read.</summary>
    [Theory]
    [InlineData(360, 740)]
    [InlineData(740, 360)]
    [InlineData(768, 1024)]
    public async Task Player_InASmallWindow_GoesAlongWhileOneReads(int width, int height)
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await coach.Page.SetViewportSizeAsync(width, height);
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('audio')?.readyState >= 1");
        var player = coach.Page.Locator("[data-player]");

        await coach.Find("turn").Last.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(player).Not.ToHaveAttributeAsync("data-docked", ""); // nobody has pressed play
        await coach.Find("evidence").First.ClickAsync();
        await Assertions.Expect(player).ToHaveAttributeAsync("data-docked", "");
        await coach.Find("player-play").ClickAsync();

        await Assertions.Expect(coach.Find("player-play")).ToBeInViewportAsync();
        await coach.Page.WaitForFunctionAsync(
            """
            () => {
              const at = (y) => document.elementFromPoint(innerWidth / 2, y);
              const strip = document.querySelector("[data-testid=player-strip]");
              const shown = document.querySelector("li[data-shown]").getBoundingClientRect();
              return strip.contains(at(innerHeight - 8)) && strip.offsetHeight < innerHeight * 0.25 && shown.top >= 0 && shown.bottom <= strip.getBoundingClientRect().top
                && at((shown.top + shown.bottom) / 2).closest("li[data-shown]");
            }
            """);
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('[data-way-back]').getBoundingClientRect().bottom <= document.querySelector('[data-testid=player-strip]').getBoundingClientRect().top");
        await coach.Find("player-duration").EvaluateAsync("e => e.closest('.recording').querySelector('.files').scrollIntoView({ block: 'end' })");
        await Assertions.Expect(player).Not.ToHaveAttributeAsync("data-docked", "");
        Assert.True(await coach.Page.EvaluateAsync<bool>("() => { const box = document.querySelector('.wave').getBoundingClientRect(); return box.top < 0 || document.querySelector('.wave').contains(document.elementFromPoint(innerWidth / 2, box.top + 2)); }"));
        coach.ConsoleIsClean();
    }

    [Fact]
    public async Task Page_PrintedOrWithoutARecording_HasItsTimesItsSecretsAndItsKeys()
    {
        await using var coach = await OpenAsync(DemoPeople.Coach);
        await Assertions.Expect(coach.Page.Locator(".entry.private").First).ToBeVisibleAsync();
        await coach.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(coach.Page.Locator(".entry.private").First).ToBeHiddenAsync();
        await Assertions.Expect(coach.Find("evidence").First).ToBeVisibleAsync();
        await coach.Page.EmulateMediaAsync(new() { Media = Media.Screen });

        await coach.Find("player-speed").SelectOptionAsync("1.5");
        await coach.Page.ReloadAsync();
        await coach.Page.WaitForFunctionAsync("() => document.querySelector('audio')?.playbackRate === 1.5");
        await Assertions.Expect(coach.Find("player-speed")).ToHaveValueAsync("1.5");

        await coach.GoToAsync($"/sessions/{await (await Shared.GetAsync()).Database.AskAsync(db => db.Sessions.Where(s => s.RoomName == "demo-free").Select(s => s.Id).SingleAsync())}");
        await coach.Page.WaitForFunctionAsync(
            """
            () => {
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true, cancelable: true })); // from when on the page listens, it does not say
              return document.querySelector("dialog[data-keys]")?.open;
            }
            """);
        await Assertions.Expect(coach.Find("player-keys-list")).ToBeVisibleAsync();
        await Assertions.Expect(coach.Find("player-keys-list")).Not.ToContainTextAsync("Play or pause");
        coach.ConsoleIsClean();
    }
}
