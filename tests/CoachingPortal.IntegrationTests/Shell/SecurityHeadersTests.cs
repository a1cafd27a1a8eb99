using System.Text.RegularExpressions;
using CoachingPortal.IntegrationTests.Accounts;
using CoachingPortal.IntegrationTests.Hosting;

namespace CoachingPortal.IntegrationTests.Shell;

public sealed partial class SecurityHeadersTests(Portal portal) : IClassFixture<Portal>
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sessions")]
    [InlineData("/api/recordings")]
    [InlineData("/api/nothing-here")]
    [InlineData("/health/live")]
    [InlineData("/error")]
    public async Task Answer_OfAnyKind_CarriesThem(string path)
    {
        using var client = portal.SignedIn(path == "/sign-in" ? null : portal.Coach);
        using var response = await client.GetAsync(path);

        string Header(string name) => Assert.Single(response.Headers.GetValues(name));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Contains("camera=(self), microphone=(self), display-capture=(self)", Header("Permissions-Policy"), StringComparison.Ordinal);
        var csp = Header("Content-Security-Policy");
        Assert.Contains("default-src 'self'", csp, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", csp, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", csp, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore, $"Cache-Control: {response.Headers.CacheControl}");
        Assert.False(response.Headers.Contains("Strict-Transport-Security")); // not in tests nor in Development
    }

    [Fact]
    public async Task Page_ItsInlineScripts_CarryTheAnswersOwnNonce()
    {
        using var client = portal.SignedIn(portal.Coach);
        var nonces = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync("/sessions");
            var page = await response.Content.ReadAsStringAsync();
            var nonce = Nonce().Match(Assert.Single(response.Headers.GetValues("Content-Security-Policy"))).Groups[1].Value;
            Assert.True(nonces.Add(nonce));
            Assert.All(Script().Matches(page), m => Assert.True(m.Value.Contains(" src=", StringComparison.Ordinal) || m.Value.Contains($"nonce=\"{nonce}\"", StringComparison.Ordinal), m.Value));
            Assert.DoesNotMatch(InlineStyleOrHandler(), page);
        }
    }

    [Fact]
    public async Task StaticFile_KeepsItsOwnCacheRule()
    {
        using var client = portal.SignedIn(null);
        using var response = await client.GetAsync("/css/tokens.css");

        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.CacheControl?.NoStore ?? false);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        // What speaks to pages alone would only be weight on a file.
        Assert.False(response.Headers.Contains("Content-Security-Policy"));
        Assert.False(response.Headers.Contains("Permissions-Policy"));
    }

    [Fact]
    public async Task Cookies_OverHttps_AreSecureAndHiddenFromScripts()
    {
        using var client = portal.SignedIn(null);
        using var form = await client.GetAsync("/sign-in");
        var antiforgery = Assert.Single(form.Headers.GetValues("Set-Cookie"), c => c.Contains("Antiforgery", StringComparison.Ordinal));

        using var signedIn = await client.SignInAsync(portal.Coach.Email!, Portal.Password);
        var session = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), c => c.StartsWith("portal=", StringComparison.Ordinal));

        foreach (var cookie in new[] { antiforgery, session })
        {
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Matches("(?i); samesite=(lax|strict)", cookie);
        }
    }

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex("<style|<[a-z][^>]*\\s(style|on[a-z]+)=")]
    private static partial Regex InlineStyleOrHandler();
}

public sealed class HstsTests(ProductionPortal portal) : IClassFixture<ProductionPortal>
{
    [Theory]
    [InlineData("https://portal.example/sign-in", true)]
    [InlineData("http://portal.example/sign-in", false)]
    public async Task Hsts_InProduction_OverHttpsAlone(string address, bool expected)
    {
        using var client = portal.SignedIn(null);
        using var response = await client.GetAsync(new Uri(address));

        Assert.Equal(expected, response.Headers.Contains("Strict-Transport-Security"));
    }
}
