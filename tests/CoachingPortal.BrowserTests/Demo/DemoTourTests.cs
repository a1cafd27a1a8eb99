using CoachingPortal.Demo;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Demo;

/// <summary>Each demo person signs in and looks at every page that is theirs.</summary>
public sealed class DemoTourTests(SharedDemo shared, Stage stage)
{
    [Theory]
    [InlineData(DemoPeople.Studio, "/ /account {demo-finished} {demo-soon} {demo-soon}/call")]
    [InlineData(DemoPeople.Pro, "/ /account {demo-pro} {demo-pro}/call")]
    [InlineData(DemoPeople.Free, "/ /account {demo-free}/call")]
    [InlineData(DemoPeople.Coach, "/ /account /search /search?q=price /insights /sessions/new {demo-soon}/edit {demo-finished} {demo-soon}/call")]
    [InlineData(DemoPeople.Admin, "/ /account /people /sessions/new")]
    public async Task Pages_EachDemoPerson_AreThereFreeOfFaultsAndNoWiderThanTheWindow(string email, string paths)
    {
        var demo = await shared.GetAsync();
        var person = await demo.Database.AskAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Email == email));
        var rooms = await demo.Database.AskAsync(db => db.Sessions.ToDictionaryAsync(s => "{" + s.RoomName + "}", s => $"/sessions/{s.Id}"));
        var faults = new List<string>();
        await using var visitor = await Visitor.SignInAsync(stage, demo.Portal, person);
        var looks = new[] { (Width: 1440, Scheme: ColorScheme.Light), (Width: 360, Scheme: ColorScheme.Dark) };
        foreach (var path in paths.Split(' '))
        {
            // Each page is opened in one of the two and turned to the other; the next page the other way round.
            Array.Reverse(looks);
            await visitor.LooksAsync(looks[0].Width, looks[0].Scheme);
            var response = await visitor.Page.GotoAsync(rooms.Aggregate(path, (p, room) => p.Replace(room.Key, room.Value, StringComparison.Ordinal)));
            await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            if (response!.Status != 200)
                faults.Add($"{path}: {response.Status}");
            foreach (var (width, scheme) in looks)
            {
                await visitor.LooksAsync(width, scheme);
                faults.AddRange((await visitor.FaultsAsync()).Select(f => $"{path} at {width} px, {scheme}: {f}"));
            }
        }
        faults.AddRange(visitor.Complaints);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Search_ADecisionFound_LeadsToItsListOnTheSession()
    {
        var demo = await shared.GetAsync();
        var coach = await demo.Database.AskAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Email == DemoPeople.Coach));
        var text = await demo.Database.AskAsync(db => db.Items.Where(i => i.Kind == ItemKind.Decision && db.Sessions.Any(s => s.Id == i.SessionId && s.RoomName == "demo-finished")).Select(i => i.Text).FirstAsync());
        await using var visitor = await Visitor.SignInAsync(stage, demo.Portal, coach);
        await visitor.LooksAsync(1440, ColorScheme.Light, height: 400);
        await visitor.Page.GotoAsync("/search?q=" + Uri.EscapeDataString($"\"{text}\""));

        var hit = visitor.Page.GetByTestId("search-written").Filter(new() { HasText = text });
        await hit.GetByRole(AriaRole.Link, new() { Name = "Decision" }).ClickAsync();

        await visitor.Page.WaitForURLAsync("**/sessions/*#items-decisions");
        await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Assertions.Expect(visitor.Page.Locator(".when-live:enabled").First).ToBeAttachedAsync();
        await Assertions.Expect(visitor.Page.Locator("#items-decisions")).ToBeInViewportAsync();
        await Assertions.Expect(visitor.Page.GetByText(text, new() { Exact = true })).ToBeInViewportAsync();
        Assert.Empty(visitor.Complaints);
    }
}
