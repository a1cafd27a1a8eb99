using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Accounts;

/// <summary>What people change about themselves holds at once, everywhere.</summary>
public sealed class AccountTests(Stage stage)
{
    [Fact]
    public async Task Account_NameZoneAndPassword_AreKept()
    {
        const string Wanted = "another long password";
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await using var carla = await Visitor.SignInByHandAsync(stage, portal, coach);
        await carla.GoToAsync("/account");

        await carla.Find("account-name").FillAsync("Carla Nova");
        await carla.Find("account-zone").FillAsync("Pacific/Honolulu");
        await carla.Find("account-save").ClickAsync();
        await Assertions.Expect(carla.Find("account-saved")).ToBeVisibleAsync();
        await Assertions.Expect(carla.Find("person-menu")).ToContainTextAsync("Carla Nova");
        await carla.GoToAsync($"/sessions/{session.Id}");
        await Assertions.Expect(carla.Find("session-people")).ToContainTextAsync("Carla Nova");
        var there = TimeZoneInfo.ConvertTime(session.StartsAt, TimeZoneInfo.FindSystemTimeZoneById("Pacific/Honolulu"));
        await Assertions.Expect(carla.Page.Locator(".facts")).ToContainTextAsync($"{there:HH:mm}");

        await carla.GoToAsync("/account");
        await carla.Find("account-zone").FillAsync("Mars/Olympus");
        await carla.Find("account-save").ClickAsync();
        await Assertions.Expect(carla.Find("account-problem")).ToContainTextAsync("no such time zone");
        await carla.AxeFindsNothingAsync();

        await carla.GoToAsync("/account");
        await carla.Find("account-password").FillAsync(Stage.Password);
        await carla.Find("account-new-password").FillAsync(Wanted);
        await carla.Find("account-password-save").ClickAsync();
        await Assertions.Expect(carla.Find("account-saved")).ToContainTextAsync("password");
        await carla.Find("person-menu").ClickAsync();
        await carla.Find("sign-out").ClickAsync();
        await carla.Find("sign-in-email").FillAsync(coach.Email!);
        await carla.Find("sign-in-password").FillAsync(Stage.Password);
        await carla.Find("sign-in-submit").ClickAsync();
        await Assertions.Expect(carla.Find("sign-in-problem")).ToBeVisibleAsync();
        await carla.Find("sign-in-password").FillAsync(Wanted);
        await carla.Find("sign-in-submit").ClickAsync();
        await Assertions.Expect(carla.Page.Locator("h1")).ToContainTextAsync("Carla");

        var stored = await database.AskAsync(db => db.People.AsNoTracking().Where(p => p.Id == coach.Id).Select(p => new { p.Name, p.TimeZone }).SingleAsync());
        Assert.Equal(("Carla Nova", "Pacific/Honolulu"), (stored.Name, stored.TimeZone));
        carla.ConsoleIsClean();
    }
}
