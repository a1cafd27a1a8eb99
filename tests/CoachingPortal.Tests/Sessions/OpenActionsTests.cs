using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.Tests.Sessions;

/// <summary>What both were promised, and how promises were kept.</summary>
public sealed class OpenActionsTests : BunitContext
{
    [Fact]
    public void Tallies_OfACoach_NameEachFounderAndLeaveOutWhatIsNone()
    {
        var section = Shown(Role.Coach, Tally("Fiona", kept: 3, late: 1, slipped: 2, open: 4), Tally("Finn", kept: 2), Tally("Frida", open: 1));

        Assert.Equal(["Fiona: kept 3 of 6 · 1 late · 2 slipped · 4 open", "Finn: kept 2 of 2", "Frida: 1 open"], Lines(section));
    }

    [Fact]
    public void Tallies_OfAFounder_AreTheirOwnAndNameNobody() => Assert.Equal(["kept 3 of 6 · 1 late · 2 slipped · 4 open"], Lines(Shown(Role.Founder, Tally("Fiona", 3, 1, 2, 4))));

    [Fact]
    public void Tallies_OfNothing_AreNotDrawn() => Assert.Empty(Shown(Role.Founder).FindAll("[data-testid=tallies]"));

    private static IEnumerable<string> Lines(IRenderedComponent<OpenActions> section) =>
        section.FindAll("[data-testid=tallies] li").Select(l => string.Join(": ", l.Children.Select(c => c.TextContent)));

    private static ActionTally Tally(string founder, int kept = 0, int late = 0, int slipped = 0, int open = 0) => new(Guid.NewGuid(), founder, kept, late, slipped, open);

    private IRenderedComponent<OpenActions> Shown(Role role, params ActionTally[] tallies)
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<ViewerTimeZone>();
        this.AddAuthorization().SetAuthorized("Viewer").SetClaims(new Claim(ViewerTimeZone.Claim, "Europe/Berlin"));
        return Render<OpenActions>(p => p.Add(o => o.Actions, []).Add(o => o.Tallies, tallies).Add(o => o.Title, "Open").Add(o => o.Caller, new Caller(Guid.NewGuid(), role, "Viewer")));
    }
}
