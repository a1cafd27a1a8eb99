using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Accounts;

namespace CoachingPortal.Benchmarks;

/// <summary>People with their session cookie, as programs and as browsers.</summary>
internal static class SignedIn
{
    /// <summary>A client that sends the person's cookie, and takes what comes as it is: nothing compressed is asked for.</summary>
    public static async Task<HttpClient> ClientAsync(PortalProcess portal, Person person)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 16 }) { BaseAddress = new(portal.Address) };
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(client, person));
        return client;
    }

    /// <summary>A browser context that has nothing but the person's cookie: its cache is cold.</summary>
    public static async Task<IPage> PageAsync(Stage stage, PortalProcess portal, Person person)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new(portal.Address) };
        var cookie = (await CookieAsync(client, person)).Split('=', 2);
        var browser = await stage.BrowserAsync(440);
        var context = await browser.NewContextAsync(new() { BaseURL = portal.Address, ViewportSize = new() { Width = 1280, Height = 800 }, Locale = "en-GB", TimezoneId = "Europe/Berlin" });
        await context.GrantPermissionsAsync(["camera", "microphone"]);
        await context.AddCookiesAsync([new() { Name = cookie[0], Value = cookie[1], Url = portal.Address }]);
        return await context.NewPageAsync();
    }

    private static async Task<string> CookieAsync(HttpClient client, Person person)
    {
        using var answer = await client.SignInAsync(person.Email!, Stage.Password);
        return answer.PortalCookie() ?? throw new InvalidOperationException($"{person.Name} could not sign in: {answer.StatusCode}");
    }
}
