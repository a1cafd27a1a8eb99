using System.Net;
using System.Net.Http.Json;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Accounts;

public sealed class SignInTests(SignInTests.PatientPortal portal) : IClassFixture<SignInTests.PatientPortal>
{
    /// <summary>All tests share one network address.</summary>
    public sealed class PatientPortal(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["SignIn:TriesPerMinute"] = "1000" };
    }

    [Fact]
    public async Task SignIn_RightPassword_OpensTheHomePage()
    {
        using var client = portal.SignedIn(null);

        using var answer = await client.SignInAsync(portal.Founder.Email!, Portal.Password);

        Assert.Equal("/", answer.RedirectPath());
        client.DefaultRequestHeaders.Add("Cookie", answer.PortalCookie());
        using var home = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Contains("Fiona Founder", await home.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_WrongPasswordOrUnknownEmail_SaysTheSame(bool known)
    {
        using var client = portal.SignedIn(null);

        using var answer = await client.SignInAsync(known ? portal.Coach.Email! : "nobody@example.test", "not the password at all");

        Assert.Null(answer.PortalCookie());
        Assert.Contains("do not belong together", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_EightWrongPasswords_LocksEvenTheRightOneOutForTenMinutes()
    {
        var person = await portal.APersonAsync("Lotte Locked", Role.Founder);
        using var client = portal.SignedIn(null);
        for (var i = 0; i < 8; i++)
            (await client.SignInAsync(person.Email!, "wrong password")).Dispose();

        using var answer = await client.SignInAsync(person.Email!, Portal.Password);

        Assert.Null(answer.PortalCookie());
        Assert.Contains("locked for ten minutes", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var end = await portal.InDbAsync(db => db.People.Where(p => p.Id == person.Id).Select(p => p.LockoutEnd).SingleAsync());
        Assert.InRange(end!.Value, DateTimeOffset.UtcNow.AddMinutes(9), DateTimeOffset.UtcNow.AddMinutes(11));
    }

    [Theory]
    [InlineData(Portal.Password, "This account is closed")]
    [InlineData("not the password at all", "do not belong together")]
    public async Task SignIn_ClosedAccount_IsRefusedAndSaysSoOnlyToWhoKnowsThePassword(string password, string words)
    {
        var person = await portal.APersonAsync("Cleo Closed", Role.Coach);
        await portal.InDbAsync(db => db.People.Where(p => p.Id == person.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.DeactivatedAt, DateTimeOffset.UtcNow)));
        using var client = portal.SignedIn(null);

        using var answer = await client.SignInAsync(person.Email!, password);

        Assert.Null(answer.PortalCookie());
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sessions?q=price", "/sessions?q=price")]
    [InlineData("https://evil.test/", "/")]
    [InlineData("//evil.test/", "/")]
    [InlineData("/\\evil.test/", "/")]
    [InlineData("/\t/evil.test/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task SignIn_ReturnUrl_LeadsNowhereOutsideThePortal(string returnUrl, string expected)
    {
        using var client = portal.SignedIn(null);

        using var answer = await client.SignInAsync(portal.Founder.Email!, Portal.Password, returnUrl);

        Assert.Equal(expected, answer.RedirectPath());
    }

    [Theory]
    [InlineData("America/New_York", "America/New_York")]
    [InlineData("Mars/Olympus", null)]
    public async Task SignIn_FirstTime_KeepsTheBrowsersTimeZoneWhenThereIsSuchAOne(string sent, string? kept)
    {
        var person = await portal.APersonAsync("Zoe Zone", Role.Founder);
        await portal.InDbAsync(db => db.People.Where(p => p.Id == person.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.TimeZone, (string?)null)));
        using var client = portal.SignedIn(null);

        (await client.SignInAsync(person.Email!, Portal.Password, timeZone: sent)).Dispose();

        Assert.Equal(kept, await portal.InDbAsync(db => db.People.Where(p => p.Id == person.Id).Select(p => p.TimeZone).SingleAsync()));
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused()
    {
        using var client = portal.SignedIn(null);

        using var answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("_handler", "sign-in"), new("Form.Email", portal.Founder.Email!), new("Form.Password", Portal.Password)]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.PortalCookie());
    }

    [Fact]
    public async Task SignOut_WithTheFormsToken_EndsTheCookie_AndWithoutItDoesNot()
    {
        using var client = portal.SignedIn(portal.Founder);

        using var forged = await client.PostAsync("/sign-out", null);
        using var answer = await client.SendFormAsync("/account", "/sign-out");

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal("portal=", answer.PortalCookie());
        Assert.StartsWith("/sign-in", answer.RedirectPath(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NobodySignedIn_LeadsToSignInAndBack()
    {
        using var client = portal.SignedIn(null);

        using var answer = await client.GetAsync("/sessions/new?x=1");

        Assert.Equal("/sign-in?returnUrl=%2Fsessions%2Fnew%3Fx%3D1", answer.RedirectPath());
    }

    [Fact]
    public async Task Page_ThatIsNotThere_Is404WithWords()
    {
        using var client = portal.SignedIn(portal.Founder);

        using var answer = await client.GetAsync("/nothing/here");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is nothing here", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.NotFound)]
    [InlineData(false, HttpStatusCode.Unauthorized)]
    public async Task Api_ThatIsNotThere_AnswersProblemDetailsEvenToABrowser(bool signedIn, HttpStatusCode expected)
    {
        using var client = portal.SignedIn(signedIn ? portal.Founder : null);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var answer = await client.GetAsync("/api/nothing");

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotNull((await answer.Content.ReadFromJsonAsync<ProblemDetails>())!.Detail);
    }

    [Fact]
    public async Task Cookie_OfAClosedAccount_IsNoLongerWelcome()
    {
        var person = await portal.APersonAsync("Cora Cookie", Role.Founder);
        using var scope = portal.Services.CreateScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Person>>();
        var user = await signIn.CreateUserPrincipalAsync(person);
        Assert.NotNull(await signIn.ValidateSecurityStampAsync(user));

        await portal.InDbAsync(db => db.People.Where(p => p.Id == person.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.DeactivatedAt, DateTimeOffset.UtcNow)));

        using var later = portal.Services.CreateScope();
        Assert.Null(await later.ServiceProvider.GetRequiredService<SignInManager<Person>>().ValidateSecurityStampAsync(user));
    }
}

public sealed class SignInRateTests(SignInRateTests.ImpatientPortal portal) : IClassFixture<SignInRateTests.ImpatientPortal>
{
    public sealed class ImpatientPortal(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["SignIn:TriesPerMinute"] = "3" };
    }

    [Fact]
    public async Task SignIn_MoreTriesThanAllowedFromOneAddress_WaitsEvenWithTheRightPassword()
    {
        using var client = portal.SignedIn(null);
        for (var i = 0; i < 3; i++)
            (await client.SignInAsync("somebody@example.test", "wrong password")).Dispose();

        using var answer = await client.SignInAsync(portal.Founder.Email!, Portal.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Null(answer.PortalCookie());
        Assert.Contains("Too many tries", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
