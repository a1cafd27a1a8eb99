namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>Who was led far away gets back by one press.</summary>
public sealed class WayBackTests(Stage stage) : OnALongPage(stage)
{
    /// <summary>By mouse, by the keys, and by going back oneself; not where one did not go far.</summary>
    [Theory]
    [InlineData(1440, 900)]
    [InlineData(360, 740)]
    public async Task Jump_ToWhereAClaimWasSaid_HasAWayBack(int width, int height)
    {
        var (portal, coach, session, _) = await ASessionAsync(_ => "", evidence: 211);
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);
        await carla.Page.SetViewportSizeAsync(width, height);
        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("find-words")).ToBeEnabledAsync();
        var (back, evidence) = (carla.Find("way-back"), carla.Find("evidence"));
        async Task JumpAsync()
        {
            await evidence.ClickAsync();
            await IsInTheMiddleAsync(carla, 211);
            await Assertions.Expect(back).ToBeInViewportAsync(new() { Ratio = 1 });
        }
        async Task IsBackAsync()
        {
            await Assertions.Expect(evidence).ToBeInViewportAsync();
            await Assertions.Expect(evidence).ToBeFocusedAsync();
            await Assertions.Expect(back).ToBeHiddenAsync();
        }
        await Assertions.Expect(back).ToBeHiddenAsync();

        await JumpAsync();
        await Assertions.Expect(back).ToHaveTextAsync("Back to decisions");
        await carla.AxeFindsNothingAsync();
        Assert.True((await back.BoundingBoxAsync())!.Height >= 44);
        await carla.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(back).ToBeHiddenAsync();
        await carla.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await back.ClickAsync();
        await IsBackAsync();

        await JumpAsync();
        await carla.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(back).ToBeFocusedAsync();
        await carla.Page.Keyboard.PressAsync("Tab"); // from where it led it goes on
        await Assertions.Expect(carla.Find("turn").Nth(211)).ToBeFocusedAsync();
        await carla.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(back).Not.ToBeFocusedAsync();
        await carla.Page.Keyboard.PressAsync("b");
        await IsBackAsync();

        await JumpAsync();
        await evidence.EvaluateAsync("e => e.scrollIntoView({ behavior: 'instant' })");
        await Assertions.Expect(back).ToBeHiddenAsync();
        await carla.Page.EvaluateAsync("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        await Assertions.Expect(evidence).Not.ToBeInViewportAsync();
        await Assertions.Expect(back).ToBeHiddenAsync();
        carla.ConsoleIsClean();
    }

    [Fact]
    public async Task Jump_ToATurnNearby_NeedsNoWayBack()
    {
        var (portal, coach, session, _) = await ASessionAsync(_ => "", evidence: 2);
        await using var carla = await Visitor.SignInAsync(Stage, portal, coach);
        await carla.Page.SetViewportSizeAsync(1440, 2000);
        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("find-words")).ToBeEnabledAsync();

        await carla.Find("evidence").ClickAsync();
        await Assertions.Expect(carla.Find("turn").Nth(2)).ToBeFocusedAsync();
        await carla.Page.Keyboard.PressAsync("End"); // who goes elsewhere meanwhile is not brought back
        await Assertions.Expect(carla.Find("evidence")).Not.ToBeInViewportAsync();

        await Assertions.Expect(carla.Find("way-back")).ToBeHiddenAsync();
    }

    /// <summary>From the middle of the transcript to what is above and below it, and to the keys that are there.</summary>
}
