using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Shell;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.Tests.Shell;

public sealed class ComponentTests : BunitContext
{
    private readonly Toasts toasts = new();

    public ComponentTests()
    {
        var authorization = this.AddAuthorization();
        authorization.SetAuthorized("somebody");
        authorization.SetClaims(new System.Security.Claims.Claim(ViewerTimeZone.Claim, "America/New_York"));
        Services.AddScoped<ViewerTimeZone>();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(toasts);
    }

    [Fact]
    public void LocalTime_ViewerInNewYork_ShowsTheirClockAndKeepsTheInstantForMachines()
    {
        var shown = Render<LocalTime>(p => p.Add(c => c.At, DateTimeOffset.Parse("2026-11-21T14:03:22Z", null)));

        var time = shown.Find("time");
        Assert.Equal("21 Nov 2026, 09:03", time.TextContent);
        Assert.Equal("2026-11-21T14:03:22Z", time.GetAttribute("datetime"));
        Assert.Contains("America/New_York (UTC-05:00)", time.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Toasts_WithUndo_RunsItOnceAndGoes()
    {
        var undone = 0;
        var host = Render<ToastHost>();
        toasts.Show("Gone.", () =>
        {
            undone++;
            return Task.CompletedTask;
        });
        host.WaitForElement("[data-testid=toast-undo]").Click();

        host.WaitForAssertion(() => Assert.Empty(host.FindAll("[data-testid=toast]")));
        Assert.Equal(1, undone);
    }

    [Fact]
    public void Toasts_WithoutUndo_OfferNone()
    {
        var host = Render<ToastHost>();
        toasts.Show("Saved.");

        host.WaitForAssertion(() => Assert.Contains("Saved.", host.Find("[data-testid=toast]").TextContent, StringComparison.Ordinal));
        Assert.Empty(host.FindAll("[data-testid=toast-undo]"));
    }

    [Fact]
    public void Toasts_ShownBeforeTheHostCame_AreStillSeen()
    {
        toasts.Show("Saved on the way here.");

        Assert.Single(Render<ToastHost>().FindAll("[data-testid=toast]"));
    }

    [Fact]
    public async Task ConfirmDialog_Yes_AnswersYesAndCloses()
    {
        var module = JSInterop.SetupModule("./js/dialog.js");
        module.SetupVoid("open", _ => true).SetVoidResult();
        module.SetupVoid("close", _ => true).SetVoidResult();
        var dialog = Render<ConfirmDialog>();

        var answer = dialog.InvokeAsync(() => dialog.Instance.AskAsync("Revoke?", "It cannot be undone.", "Revoke"));
        dialog.WaitForAssertion(() => Assert.Equal("Revoke?", dialog.Find("h2").TextContent));
        await dialog.Find("[data-testid=confirm-yes]").ClickAsync(new());

        Assert.True(await answer);
        module.VerifyInvoke("close");
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void WhenLive_UntilSomebodyHears_TakesNoPress(bool isInteractive, bool isReady, bool waits)
    {
        SetRendererInfo(new(isInteractive ? "Server" : "Static", isInteractive));

        var shown = Render<WhenLive>(p => p.Add(c => c.IsReady, isReady).AddChildContent("<button>Press</button>"));

        Assert.Equal(waits, shown.Find("button").Closest("fieldset")!.HasAttribute("disabled"));
    }

    [Theory]
    [InlineData("mic")]
    [InlineData("leave")]
    [InlineData("no-such-icon")]
    public void Icon_AnyName_DrawsSomethingThatScreenReadersSkip(string name)
    {
        var svg = Render<Icon>(p => p.Add(c => c.Name, name)).Find("svg");

        Assert.Equal("true", svg.GetAttribute("aria-hidden"));
        Assert.NotEmpty(svg.Children);
    }
}
