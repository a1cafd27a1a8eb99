using CoachingPortal.BrowserTests.Demo;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>On the page of the demo's finished session.</summary>
public abstract class OnTheSessionPage(SharedDemo shared, Stage stage)
{
    protected SharedDemo Shared => shared;

    protected async Task<string> PathAsync() =>
        $"/sessions/{await (await shared.GetAsync()).Database.AskAsync(db => db.Sessions.Where(s => s.RoomName == "demo-finished").Select(s => s.Id).SingleAsync())}";

    protected async Task<Visitor> OpenAsync(string email, bool startsEmpty = false)
    {
        var demo = await shared.GetAsync();
        var person = await demo.Database.AskAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Email == email));
        var visitor = await Visitor.SignInAsync(stage, demo.Portal, person);
        if (startsEmpty)
            return visitor;
        await visitor.Page.AddInitScriptAsync("document.addEventListener('seeking', e => window.seeked = e.target.currentTime, true);");
        await visitor.GoToAsync(await PathAsync());
        await Assertions.Expect(visitor.Find("player-play")).ToBeEnabledAsync();
        return visitor;
    }
}
