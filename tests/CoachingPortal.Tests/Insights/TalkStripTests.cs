using Bunit;
using CoachingPortal.Domain;
using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

public sealed class TalkStripTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Two hours hold thousands of turns: a shape for each would be half a megabyte to a page.</summary>
    [Fact]
    public void Lanes_ManyTurns_AreOneShapeForEachSide()
    {
        var talk = Talk.Of(
        [
            new(Role.Coach, "What now?", Start, Start.AddSeconds(25)),
            new(Role.Founder, "Prices.", Start.AddSeconds(50), Start.AddSeconds(75)),
            new(Role.Coach, "And?", Start.AddSeconds(75), Start.AddSeconds(80)),
            new(Role.Founder, "Up.", Start.AddSeconds(80), Start.AddSeconds(100)),
        ]);

        var strip = Render<TalkStrip>(p => p.Add(s => s.Talk, talk).Add(s => s.Founder, "Fiona").Add(s => s.Coach, "Carla"));

        Assert.Equal("M500 0h250v.9H500zM800 0h200v.9H800z", strip.Find(".lanes .founder").GetAttribute("d"));
        Assert.Equal("M0 1h250v.9H0zM750 1h50v.9H750z", strip.Find(".lanes .coach").GetAttribute("d"));
        Assert.Equal(2, strip.Find(".lanes").ChildElementCount);
    }
}
