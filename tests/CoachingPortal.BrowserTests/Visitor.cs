using CoachingPortal.Domain;
using Deque.AxeCore.Playwright;

namespace CoachingPortal.BrowserTests;

/// <summary>A person at their browser: a context of their own, signed in through the form, whose console is watched.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly List<string> complaints = [];

    private Visitor(Person person, IBrowserContext context, IPage page)
    {
        Person = person;
        Context = context;
        Page = page;
        Watch(page);
        context.Page += (_, opened) => Watch(opened);
    }

    public Person Person { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and exceptions nobody caught.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static Task<Visitor> SignInAsync(Stage stage, PortalProcess portal, Person person, int toneHz = 440, ViewportSize? size = null, ColorScheme scheme = ColorScheme.Light) =>
        SignInAsync(stage, portal.Address, person, toneHz, size, scheme);

    public static async Task<Visitor> SignInAsync(Stage stage, string address, Person person, int toneHz = 440, ViewportSize? size = null, ColorScheme scheme = ColorScheme.Light)
    {
        var browser = await stage.BrowserAsync(toneHz);
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address,
            ViewportSize = size ?? new() { Width = 1280, Height = 800 },
            ColorScheme = scheme,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        await context.GrantPermissionsAsync(["camera", "microphone"]);
        var visitor = new Visitor(person, context, await context.NewPageAsync());
        await visitor.Page.GotoAsync("/sign-in");
        await visitor.Page.GetByTestId("sign-in-email").FillAsync(person.Email!);
        await visitor.Page.GetByTestId("sign-in-password").FillAsync(Stage.Password);
        await visitor.Page.GetByTestId("sign-in-submit").ClickAsync();
        await visitor.Page.WaitForURLAsync(address + "/");
        return visitor;
    }

    public ILocator Find(string testId) => Page.GetByTestId(testId);

    public Task GoToAsync(string path) => Page.GotoAsync(path);

    /// <summary>Fails when axe finds anything on the page as it is now, or the page is wider than the window.</summary>
    public async Task AxeFindsNothingAsync()
    {
        var faults = await FaultsAsync();
        Assert.True(faults.Count == 0, $"{Page.Url}: " + string.Join("\n", faults));
    }

    /// <summary>What axe finds on the page as it is now, and whether it is wider than the window.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var result = await Page.RunAxe();
        var faults = result.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}").ToList();
        var over = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0)
            faults.Add($"{over} px wider than the window");
        return faults;
    }

    /// <summary>Fails when the console complained of anything that the test does not expect.</summary>
    public void ConsoleIsClean(params string[] expected) =>
        Assert.DoesNotContain(complaints, c => !expected.Any(e => c.Contains(e, StringComparison.OrdinalIgnoreCase)));

    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add("exception: " + error);
    }
}
