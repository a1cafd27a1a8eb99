using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Sessions;

/// <summary>The page as its two people use it, on a real database and its feed.</summary>
public sealed class SessionPageUseTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Actions_TickedByTheFounder_StayTickedAndReachTheCoachsPage()
    {
        var session = await portal.ASessionAsync();
        await AddAsync(session, "Call five customers", Role.Founder);
        await AddAsync(session, "Send the letter", Role.Coach);
        await using var founders = Open(session, portal.Founder, out var founder);
        await using var coachs = Open(session, portal.Coach, out var coach);

        Assert.True(Box(founder, 2).HasAttribute("disabled"));
        Assert.False(Box(coach, 2).HasAttribute("disabled"));
        await founder.InvokeAsync(() => Box(founder, 1).ChangeAsync(new() { Value = true }));

        founder.WaitForAssertion(() => Assert.Contains("done", founder.Find("[data-testid=action-1]").ClassList));
        coach.WaitForAssertion(() => Assert.Contains("done", coach.Find("[data-testid=action-1]").ClassList), TimeSpan.FromSeconds(5));
        Assert.True(await portal.InDbAsync(db => db.Items.AnyAsync(i => i.SessionId == session.Id && i.DoneAt != null)));
    }

    [Fact]
    public async Task Founder_SeesNoToolsOfTheCoach()
    {
        var session = await portal.ASessionAsync();
        await AddAsync(session, "Call five customers", Role.Founder);
        await using var page = Open(session, portal.Founder, out var founder);
        await using var other = Open(session, portal.Coach, out var coach);

        foreach (var id in new[] { "summary-edit", "decision-add", "action-edit-1", "action-remove-1", "session-delete", "session-edit", "tag-add" })
        {
            Assert.Empty(founder.FindAll($"[data-testid={id}]"));
            Assert.NotEmpty(coach.FindAll($"[data-testid={id}]"));
        }
        Assert.NotEmpty(founder.FindAll("[data-testid=action-add]"));
        Assert.NotEmpty(founder.FindAll("[data-testid=note-add]"));
        Assert.NotEmpty(founder.FindAll("[data-testid=session-join]"));
    }

    [Fact]
    public async Task Items_AddedEditedRemovedAndBroughtBack_ByTheCoach()
    {
        var session = await portal.ASessionAsync();
        await using var page = Open(session, portal.Coach, out var coach);

        await coach.InvokeAsync(() => coach.Find("[data-testid=action-add]").ClickAsync(new()));
        await coach.InvokeAsync(() => coach.Find("[data-testid=item-text]").ChangeAsync(new() { Value = "Write the offer" }));
        await coach.InvokeAsync(() => coach.Find("[data-testid=item-owner]").ChangeAsync(new() { Value = "Founder" }));
        await coach.InvokeAsync(() => coach.Find("[data-testid=item-due]").ChangeAsync(new() { Value = "2026-12-01" }));
        await coach.InvokeAsync(() => coach.Find("form.item-editor").SubmitAsync());
        coach.WaitForAssertion(() => Assert.Contains("Write the offer", Text(coach, "action-1")));
        Assert.Contains(portal.Founder.Name, Text(coach, "action-1"));
        Assert.Contains("1 Dec 2026", Text(coach, "action-1"));

        await coach.InvokeAsync(() => coach.Find("[data-testid=action-remove-1]").ClickAsync(new()));
        coach.WaitForAssertion(() => Assert.Empty(coach.FindAll("[data-testid=action-1]")));
        await coach.InvokeAsync(() => coach.Find("[data-testid=undo]").ClickAsync(new()));
        coach.WaitForAssertion(() => Assert.Contains("Write the offer", Text(coach, "action-1")));
    }

    [Fact]
    public async Task Items_EditedElsewhereMeanwhile_SaysSoAndKeepsTheWords()
    {
        var session = await portal.ASessionAsync();
        await AddAsync(session, "Call them", Role.Founder);
        await using var page = Open(session, portal.Coach, out var coach);
        await coach.InvokeAsync(() => coach.Find("[data-testid=action-edit-1]").ClickAsync(new()));
        await portal.InDbAsync(db => db.Items.Where(i => i.SessionId == session.Id).ExecuteUpdateAsync(u => u.SetProperty(i => i.Text, "Write to them")));

        await coach.InvokeAsync(() => coach.Find("[data-testid=item-text]").ChangeAsync(new() { Value = "Visit them" }));
        await coach.InvokeAsync(() => coach.Find("form.item-editor").SubmitAsync());
        coach.WaitForAssertion(() => Assert.Contains("Write to them", coach.Find("[role=alert]").TextContent));
        await coach.InvokeAsync(() => coach.Find("form.item-editor").SubmitAsync());

        coach.WaitForAssertion(() => Assert.Contains("Visit them", Text(coach, "action-1")));
    }

    [Fact]
    public async Task Notes_FredsWordsArrivingWhileSomebodyTypes_LeaveTheEditorAlone()
    {
        var session = await portal.ASessionAsync();
        await using var page = Open(session, portal.Founder, out var founder);
        await founder.InvokeAsync(() => founder.Find("[data-testid=note-add]").ClickAsync(new()));
        founder.WaitForAssertion(() => Assert.Single(page.JSInterop.Invocations["attach"]));

        await portal.InDbAsync(async db =>
        {
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Fred, Visibility = NoteVisibility.Shared, AuthorId = portal.Founder.Id, ChatRole = ChatRole.Fred, Text = "What next?", CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
            await SessionFeed.PublishAsync(db, session.Id, SessionChange.Notes);
        });

        founder.WaitForAssertion(() => Assert.Contains("FRED: What next?", Text(founder, "note-1")), TimeSpan.FromSeconds(5));
        Assert.Single(founder.FindAll("[data-testid=note-text]"));
        Assert.Single(page.JSInterop.Invocations["attach"]);
        Assert.Equal("", founder.Find("[data-testid=note-text]").GetAttribute("value"));
    }

    [Fact]
    public async Task Notes_SavedWhileItsEditorIsStillOpen_IsShownOnce()
    {
        var session = await portal.ASessionAsync();
        await using var page = Open(session, portal.Founder, out var founder);
        await founder.InvokeAsync(() => founder.Find("[data-testid=note-add]").ClickAsync(new()));
        var id = Guid.Parse(founder.FindComponent<DraftEditor>().Instance.Url.Split('/')[^1]);

        // The news of the note is here before the answer to its saving.
        await portal.Get<SessionNotes>().SaveAsync(session.Id, id, new(portal.Founder.Id, Role.Founder, ""), "Just saved", NoteVisibility.Shared, null);
        await founder.InvokeAsync(() => founder.Instance.HearAsync(SessionChange.Notes));
        Assert.Single(founder.FindAll("[data-testid=note-text]"));
        Assert.DoesNotContain("Just saved", founder.Markup);

        await founder.InvokeAsync(() => founder.FindComponent<DraftEditor>().Instance.OnClosed.InvokeAsync(new(Saved: true, "")));
        Assert.Contains("Just saved", Text(founder, "note-1"));
        Assert.Empty(founder.FindAll("[data-testid=note-text]"));
    }

    [Fact]
    public async Task Notes_TwoVersionsMeet_BothAreShownAndEitherCanBeKept()
    {
        var session = await portal.ASessionAsync();
        var note = Guid.NewGuid();
        var caller = new Caller(portal.Founder.Id, Role.Founder, "");
        await portal.Get<SessionNotes>().SaveAsync(session.Id, note, caller, "At first", NoteVisibility.Shared, null);
        await using var page = Open(session, portal.Founder, out var founder);
        await founder.InvokeAsync(() => founder.Find("[data-testid=note-edit-1]").ClickAsync(new()));
        var editor = founder.FindComponent<DraftEditor>();
        await portal.Get<SessionNotes>().SaveAsync(session.Id, note, caller, "From the other tab", NoteVisibility.Shared, editor.Instance.Version);

        await (Task)typeof(DraftEditor).GetMethod("ConflictedAsync", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.Invoke(editor.Instance, null)!;

        founder.WaitForAssertion(() => Assert.Equal("From the other tab", founder.Find("[data-testid=conflict-theirs]").TextContent));
        Assert.Single(founder.FindAll("[data-testid=note-text]"));
        await founder.InvokeAsync(() => founder.Find("[data-testid=conflict-both]").ClickAsync(new()));
        var resolved = page.JSInterop.Invocations["resolve"].Single();
        Assert.Equal(["both", "From the other tab"], resolved.Arguments.Take(2).Cast<string>());
    }

    [Fact]
    public async Task Delete_ByTheCoach_IsToldToBothAndTakenBack()
    {
        var session = await portal.ASessionAsync();
        await using var coachs = Open(session, portal.Coach, out var coach);
        await using var founders = Open(session, portal.Founder, out var founder);

        await coach.InvokeAsync(() => coach.Find("[data-testid=session-delete]").ClickAsync(new()));
        founder.WaitForAssertion(() => Assert.Contains("deleted by its coach", Text(founder, "session-gone")), TimeSpan.FromSeconds(5));
        await coach.InvokeAsync(() => coach.Find("[data-testid=undo]").ClickAsync(new()));

        coach.WaitForAssertion(() => Assert.Empty(coach.FindAll("[data-testid=session-gone]")), TimeSpan.FromSeconds(5));
        founder.WaitForAssertion(() => Assert.Empty(founder.FindAll("[data-testid=session-gone]")), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Turns_AreThereAtTheFirstDrawingAndGrow()
    {
        var session = await portal.ASessionAsync();
        await AddTurnAsync(session, "The first words");
        await using var page = Open(session, portal.Founder, out var founder);
        Assert.Contains("The first words", Text(founder, "turn"));

        await AddTurnAsync(session, "The second words");

        founder.WaitForAssertion(() => Assert.Equal(2, founder.FindAll("[data-testid=turn]").Count), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Speakers_NamedOtherwiseByTheFounder_AreItInEveryTurnOnBothPagesUntilUndone()
    {
        var session = await portal.ASessionAsync();
        await AddTurnAsync(session, "The first words");
        await AddTurnAsync(session, "The second words");
        await using var founders = Open(session, portal.Founder, out var founder);
        await using var coachs = Open(session, portal.Coach, out var coach);

        await founder.InvokeAsync(() => founder.Find("[data-testid=speakers-open]").ClickAsync(new()));
        Assert.Contains("2 turns", Text(founder, "speaker"));
        await founder.InvokeAsync(() => founder.Find("[data-testid=speaker-who]").ChangeAsync(new() { Value = "Coach" }));
        Assert.Equal(portal.Coach.Name, founder.Find("[data-testid=speaker-name]").GetAttribute("value"));
        await founder.InvokeAsync(() => founder.Find("form.speaker").SubmitAsync());

        founder.WaitForAssertion(() => Assert.Equal([portal.Coach.Name, portal.Coach.Name], Speakers(founder)), TimeSpan.FromSeconds(15));
        coach.WaitForAssertion(() => Assert.Equal([portal.Coach.Name, portal.Coach.Name], Speakers(coach)), TimeSpan.FromSeconds(15));
        Assert.Contains($"{portal.Founder.Name}, ", Text(founder, "speaker-change"));
        await founder.InvokeAsync(() => founders.Services.GetRequiredService<Toasts>().Snapshot().Single().Undo!());
        coach.WaitForAssertion(() => Assert.Equal([portal.Founder.Name, portal.Founder.Name], Speakers(coach)), TimeSpan.FromSeconds(15));

        static IEnumerable<string> Speakers(IRenderedComponent<SessionPage> page) => page.FindAll("[data-testid=turn] b").Select(b => b.TextContent);
    }

    [Fact]
    public async Task FailedStep_TriedAgainByTheCoach_Waits()
    {
        var session = await portal.ASessionAsync();
        var call = new Call { SessionId = session.Id, StartedAt = DateTimeOffset.UtcNow.AddHours(-1), EndedAt = DateTimeOffset.UtcNow.AddMinutes(-30) };
        await portal.InDbAsync(db =>
        {
            db.Add(call);
            db.Add(new PostCallStep { CallId = call.Id, SessionId = session.Id, Name = "unheard-of", Position = 1, Status = StepStatus.Failed, Attempts = 5, Error = "It would not." });
            return db.SaveChangesAsync();
        });
        await using var founders = Open(session, portal.Founder, out var founder);
        await using var coachs = Open(session, portal.Coach, out var coach);
        Assert.Empty(founder.FindAll("[data-testid=post-call-retry]"));

        await coach.InvokeAsync(() => coach.Find("[data-testid=post-call-retry]").ClickAsync(new()));

        coach.WaitForAssertion(() => Assert.Empty(coach.FindAll("[data-testid=post-call-retry]")), TimeSpan.FromSeconds(5));
        Assert.NotEqual(StepStatus.Failed, await portal.InDbAsync(db => db.PostCallSteps.Where(s => s.CallId == call.Id).Select(s => s.Status).SingleAsync()));
    }

    [Fact]
    public async Task Fred_TellsTheFounderFromHimself()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(db =>
        {
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Founder, Text = "How?", CreatedAt = new(2026, 11, 20, 14, 3, 22, TimeSpan.Zero) });
            return db.SaveChangesAsync();
        });
        await portal.InDbAsync(db =>
        {
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Fred, Text = "What would help?", CreatedAt = new(2026, 11, 20, 14, 3, 25, TimeSpan.Zero), IsOffline = true });
            return db.SaveChangesAsync();
        });
        await using var page = Open(session, portal.Coach, out var coach);

        var messages = coach.FindAll("[data-testid=fred-notes] [data-testid=fred-notes-message]");
        Assert.Equal(["founder", "fred"], messages.Select(m => m.GetAttribute("data-role")));
        Assert.Contains(portal.Founder.Name, messages[0].TextContent);
        Assert.Contains("15:03", messages[0].TextContent);
        Assert.Contains("FRED", messages[1].TextContent);
        Assert.False(coach.Find("[data-testid=fred-notes]").HasAttribute("open"));
    }

    private BunitContext Open(CoachingSession session, Person viewer, out IRenderedComponent<SessionPage> page)
    {
        var context = new BunitContext();
        var authorization = context.AddAuthorization();
        authorization.SetAuthorized(viewer.Name);
        authorization.SetClaims(
            new Claim(ClaimTypes.NameIdentifier, viewer.Id.ToString()), new Claim(Caller.RoleClaim, viewer.Role.ToString()), new Claim("name", viewer.Name),
            new Claim(ViewerTimeZone.Claim, viewer.TimeZone!));
        context.AddBunitPersistentComponentState();
        context.Services.AddSingleton(TimeProvider.System);
        context.Services.AddScoped<ViewerTimeZone>();
        context.Services.AddScoped<Toasts>();
        // The portal's own: every one a singleton, on its real database.
        context.Services.AddFallbackServiceProvider(portal.Services);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var draft = context.JSInterop.SetupModule("./js/session/draft.js");
        draft.Mode = JSRuntimeMode.Loose;
        draft.Setup<string[]>("waiting", _ => true).SetResult([]);
        draft.SetupModule(i => i.Identifier == "attach").Mode = JSRuntimeMode.Loose;
        context.SetRendererInfo(new("Server", isInteractive: true));
        page = context.Render<SessionPage>(p => p.Add(s => s.Id, session.Id));
        var shown = page;
        page.WaitForAssertion(() => shown.Find("[data-testid=session-title]"), TimeSpan.FromSeconds(5));
        return context;
    }

    private static AngleSharp.Dom.IElement Box(IRenderedComponent<SessionPage> page, int number) => page.Find($"[data-testid=action-done-{number}]");

    private static string Text(IRenderedComponent<SessionPage> page, string id) => page.Find($"[data-testid={id}]").TextContent;

    private Task AddTurnAsync(CoachingSession session, string text) => portal.InDbAsync(async db =>
    {
        var now = DateTimeOffset.UtcNow;
        db.Turns.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = portal.Founder.Name, Role = Role.Founder, Text = text, StartedAt = now, EndedAt = now, Source = TurnSource.Caption, Key = text });
        await db.SaveChangesAsync();
        await SessionFeed.PublishAsync(db, session.Id, SessionChange.Turns);
    });

    private async Task AddAsync(CoachingSession session, string text, Role owner) =>
        Assert.Equal(Outcome.Done, await portal.Get<SessionItems>().AddAsync(session.Id, new(portal.Coach.Id, Role.Coach, ""), ItemKind.NextAction, text, owner, null));
}
