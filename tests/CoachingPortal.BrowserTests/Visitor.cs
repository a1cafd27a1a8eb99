using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;
using Deque.AxeCore.Commons;

namespace CoachingPortal.BrowserTests;

/// <summary>A person at their browser: a context of their own, signed in, whose console is watched.</summary>
public sealed partial class Visitor : IAsyncDisposable
{
    /// <summary>
    /// axe-core as its package brings it. The package's own call starts it twice and opens another page for each answer,
    /// because of frames, which the portal has none of: that took most of the tour's time.
    /// </summary>
    private static readonly Lazy<string> Axe = new(() =>
    {
        var package = typeof(AxeResult).Assembly;
        using var script = new StreamReader(package.GetManifestResourceStream(package.GetManifestResourceNames().Single(n => n.EndsWith("axe.min.js", StringComparison.Ordinal)))!);
        return script.ReadToEnd();
    });

    private readonly ConcurrentQueue<string> complaints = [];

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
    public IReadOnlyCollection<string> Complaints => complaints;

    /// <summary>Signed in by two requests, without a page: what most tests are about comes after it.</summary>
    public static Task<Visitor> SignInAsync(Stage stage, PortalProcess portal, Person person, int toneHz = 440) =>
        SignInAsync(stage, portal.Address, person, toneHz);

    /// <param name="address">Where the portal, or what stands before several of them, is reached.</param>
    public static async Task<Visitor> SignInAsync(Stage stage, string address, Person person, int toneHz = 440)
    {
        var visitor = await ArriveAsync(stage, address, person, toneHz);
        var requests = visitor.Context.APIRequest;
        var shown = await requests.GetAsync("/sign-in");
        var form = requests.CreateFormData();
        foreach (Match field in HiddenField().Matches(await shown.TextAsync()))
            form.Set(field.Groups[1].Value, field.Groups[2].Value);
        form.Set("Form.Email", person.Email!);
        form.Set("Form.Password", Stage.Password);
        form.Set("Form.TimeZone", "Europe/Berlin");
        var answer = await requests.PostAsync("/sign-in", new() { Form = form, MaxRedirects = 0 });
        Assert.Equal(302, answer.Status);
        return visitor;
    }

    /// <summary>Signed in as people do it: by the form, which leads to the home page.</summary>
    public static async Task<Visitor> SignInByHandAsync(Stage stage, PortalProcess portal, Person person, int toneHz = 440)
    {
        var visitor = await ArriveAsync(stage, portal.Address, person, toneHz);
        await visitor.Page.GotoAsync("/sign-in");
        await visitor.Page.GetByTestId("sign-in-email").FillAsync(person.Email!);
        await visitor.Page.GetByTestId("sign-in-password").FillAsync(Stage.Password);
        await visitor.Page.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(portal.Address + "/");
        return visitor;
    }

    private static async Task<Visitor> ArriveAsync(Stage stage, string address, Person person, int toneHz)
    {
        var browser = await stage.BrowserAsync(toneHz);
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address,
            ViewportSize = new() { Width = 1280, Height = 800 },
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        context.SetDefaultTimeout(60_000);
        await context.GrantPermissionsAsync(["camera", "microphone"]);
        return new Visitor(person, context, await context.NewPageAsync());
    }

    public ILocator Find(string testId) => Page.GetByTestId(testId);

    public Task GoToAsync(string path) => Page.GotoAsync(path);

    /// <summary>Another window, another light.</summary>
    public async Task LooksAsync(int width, ColorScheme scheme, int height = 800)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
    }

    /// <summary>Fails when axe finds anything on the page as it is now, or the page is wider than the window.</summary>
    public async Task AxeFindsNothingAsync()
    {
        var faults = await FaultsAsync();
        Assert.True(faults.Count == 0, $"{Page.Url}: " + string.Join("\n", faults));
    }

    /// <summary>What axe finds on the page as it is now, and whether it is wider than the window.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        // What is not live yet, or still changes its colour, is not looked at for what it will be.
        await Page.WaitForFunctionAsync("() => !document.querySelector('.when-live:disabled')");
        await Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished)).then(() => {})");
        if (await Page.EvaluateAsync<bool>("() => !window.axe"))
            await Page.EvaluateAsync(Axe.Value);
        var faults = (await Page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run({ resultTypes: ["violations"] })).violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(" | ")}`)
            """)).ToList();
        var over = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0)
            faults.Add($"{over} px wider than the window");
        return faults;
    }

    /// <summary>Fails when the console complained of anything that the test does not expect.</summary>
    public void ConsoleIsClean(params string[] expected)
    {
        var unexpected = complaints.Where(c => !expected.Any(e => c.Contains(e, StringComparison.OrdinalIgnoreCase))).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
    }

    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue("exception: " + error);
    }

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]* name=\"([^\"]*)\"[^>]* value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}
