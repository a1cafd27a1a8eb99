using Bunit;
using CoachingPortal.Sessions;

namespace CoachingPortal.Tests.Sessions;

public sealed class OnThisPageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Links_LeadToThePartsThatThereAre_OnThisPage(bool hasTalk)
    {
        await using var context = new BunitContext();

        var page = context.Render<OnThisPage>(p => p.Add(o => o.Path, "/sessions/7?t=20").Add(o => o.HasTalk, hasTalk));

        var links = page.FindAll("nav a");
        Assert.All(links, link => Assert.StartsWith("/sessions/7?t=20#", link.GetAttribute("href"), StringComparison.Ordinal));
        Assert.Equal(hasTalk, links.Any(link => link.TextContent == "FRED"));
        Assert.Contains(links, link => link.GetAttribute("href")!.EndsWith("#comments-title", StringComparison.Ordinal));
    }
}
