using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using Microsoft.Extensions.DependencyInjection;
using OpenAction = CoachingPortal.Sessions.OpenAction;

namespace CoachingPortal.Tests.Sessions;

/// <summary>Where claims are shown, those whose words were not found are marked.</summary>
public sealed class UnverifiedTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OpenActions_OfAnUnverifiedClaim_AreMarkedAndOthersAreNot()
    {
        var section = Shown(new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), Action("Buy a boat", null, isUnverified: true), Action("Call them", null));

        Assert.Equal(["Unverified"], section.FindAll("[data-testid=unverified]").Select(b => b.TextContent));
        Assert.Contains("Buy a boat", section.Find("li:has([data-testid=unverified])").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenActions_JustAfterMidnightOfTheViewer_CountTheirDayNotUtc()
    {
        // 00:30 on the 21st in Berlin.
        var section = Shown(new(2026, 11, 20, 23, 30, 0, TimeSpan.Zero), Action("Yesterday's", new(2026, 11, 20)), Action("Today's", new(2026, 11, 21)));

        Assert.Equal(["was due 20 Nov ·", "due 21 Nov ·"], section.FindAll("li span span").Select(s => s.TextContent.Trim()));
    }

    [Fact]
    public void Marks_OfAnUnverifiedClaim_SaySo()
    {
        var turn = new EvidenceLine(Guid.NewGuid(), null, "Fiona", Start, "We buy it.");
        ItemLine Item(string text, bool isUnverified) => new(Guid.NewGuid(), ItemKind.Decision, text, null, null, null, SummarySource.Model, false, isUnverified, [turn], 0, 1);
        var head = new SessionHead(Guid.NewGuid(), "Pricing", Role.Founder, new(Guid.NewGuid(), "Fiona"), new(Guid.NewGuid(), "Carla"), Start, Start.AddHours(1), "scheduled", [], null, null, null, "0", null, false);

        var scene = SessionScene.Of(new(head, [Item("Buy it", true), Item("Sell it", false)], [], [], [], new([], [], [], null)));

        Assert.Equal(["Buy it (unverified)", "Sell it"], scene.Marks.Select(m => m.Text));
    }

    [Fact]
    public void FredContext_OfAnUnverifiedAction_TellsTheModel()
    {
        var context = new FredContext
        {
            Asker = Role.Founder, FounderName = "Fiona", CoachName = "Carla",
            OpenActions = [new("Buy a boat", Role.Founder, null, Start, "Pricing", false, IsUnverified: true), new("Call them", Role.Founder, null, Start, "Pricing", false)],
        };

        Assert.Contains("- Buy a boat (owner: Founder; agreed 2026-11-20, \"Pricing\"; unverified, its words were not found in what was said)", context.Describe(), StringComparison.Ordinal);
        Assert.Contains("- Call them (owner: Founder; agreed 2026-11-20, \"Pricing\")", context.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SummarySource.Offline, false, 1, true, false)]
    [InlineData(SummarySource.Offline, false, 1, false, true)] // its turns are gone
    [InlineData(SummarySource.Hand, false, 1, false, false)]
    [InlineData(SummarySource.Offline, false, 0, false, false)] // from chat or notes
    [InlineData(SummarySource.Model, true, 1, true, true)]
    public void IsUnproven_ByItsMarkAndItsTurns(SummarySource source, bool isUnverified, int turns, bool hasEvidence, bool expected) =>
        Assert.Equal(expected, new SessionItem
        {
            SessionId = Guid.Empty, Kind = ItemKind.Decision, Text = "x", Source = source, IsUnverified = isUnverified, EvidenceTurnIds = [.. Enumerable.Range(0, turns).Select(_ => Guid.NewGuid())], CreatedAt = Start,
        }.IsUnproven(hasEvidence));

    private IRenderedComponent<OpenActions> Shown(DateTimeOffset now, params OpenAction[] actions)
    {
        Services.AddSingleton<TimeProvider>(new At(now));
        Services.AddScoped<ViewerTimeZone>();
        this.AddAuthorization().SetAuthorized("Fiona").SetClaims(new Claim(ViewerTimeZone.Claim, "Europe/Berlin"));
        return Render<OpenActions>(p => p.Add(o => o.Actions, actions).Add(o => o.Title, "Open").Add(o => o.Caller, new Caller(Guid.NewGuid(), Role.Founder, "Fiona")));
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private static OpenAction Action(string text, DateOnly? due, bool isUnverified = false) =>
        new(Guid.NewGuid(), Guid.NewGuid(), "Pricing", Start, text, Role.Founder, due, "Fiona", isUnverified);
}
