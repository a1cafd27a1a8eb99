using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Accounts;

public sealed class SignInTests(Stage stage)
{
    [Theory]
    [InlineData(Role.Founder)]
    [InlineData(Role.Coach)]
    [InlineData(Role.Admin)]
    public async Task SignIn_EachRole_LandsOnACleanHomePage(Role role)
    {
        var (portal, database) = await stage.ThePortalAsync();
        await using var visitor = await Visitor.SignInByHandAsync(stage, portal, await database.APersonAsync("Robin Example", role));

        await Assertions.Expect(visitor.Page.Locator("h1")).ToBeVisibleAsync();
        await visitor.AxeFindsNothingAsync();
        visitor.ConsoleIsClean();
    }
}
