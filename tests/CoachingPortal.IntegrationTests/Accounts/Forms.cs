using System.Net;
using System.Text.RegularExpressions;

namespace CoachingPortal.IntegrationTests.Accounts;

/// <summary>Sends the portal's HTML forms as a browser without scripts does: with the page's cookies and hidden fields.</summary>
internal static partial class Forms
{
    public static async Task<HttpResponseMessage> SendFormAsync(this HttpClient client, string page, string formName, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        var html = await shown.Content.ReadAsStringAsync();
        var form = Form().Matches(html).Select(m => m.Value).FirstOrDefault(f => f.Contains($"value=\"{formName}\"", StringComparison.Ordinal) || f.Contains($"action=\"{formName}\"", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{page} ({shown.StatusCode}) has no form {formName}: {html}");
        var values = Hidden().Matches(form).Select(m => new KeyValuePair<string, string>(
                WebUtility.HtmlDecode(Name().Match(m.Value).Groups[1].Value), WebUtility.HtmlDecode(Value().Match(m.Value).Groups[1].Value)))
            .Where(p => fields.All(f => f.Name != p.Key))
            .Concat(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));
        using var request = new HttpRequestMessage(HttpMethod.Post, formName.StartsWith('/') ? formName : page) { Content = new FormUrlEncodedContent(values) };
        var held = client.DefaultRequestHeaders.TryGetValues("Cookie", out var own) ? own : [];
        var given = shown.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(c => c.Split(';')[0]) : [];
        // What the client's own jar already holds is not set again.
        if (string.Join("; ", held.Concat(given)) is { Length: > 0 } cookies)
            request.Headers.Add("Cookie", cookies);
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> SignInAsync(this HttpClient client, string email, string password, string? returnUrl = null, string timeZone = "") =>
        client.SendFormAsync("/sign-in" + (returnUrl is null ? "" : "?returnUrl=" + Uri.EscapeDataString(returnUrl)), "sign-in",
            ("Form.Email", email), ("Form.Password", password), ("Form.TimeZone", timeZone));

    /// <summary>Where a redirect leads, which must be within the portal.</summary>
    public static string RedirectPath(this HttpResponseMessage response)
    {
        var to = new Uri(new("https://localhost"), response.Headers.Location ?? throw new InvalidOperationException($"No redirect but {response.StatusCode}."));
        Assert.Equal("https://localhost", to.GetLeftPart(UriPartial.Authority));
        return to.PathAndQuery;
    }

    public static string? PortalCookie(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.FirstOrDefault(c => c.StartsWith("portal=", StringComparison.Ordinal))?.Split(';')[0] : null;

    [GeneratedRegex("<form[^>]*>.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex Hidden();

    [GeneratedRegex(" name=\"([^\"]*)\"")]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
