using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class ScheduleTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Soon = new(DateTimeOffset.UtcNow.AddDays(2).Date, TimeSpan.Zero);

    private Schedule Schedule => portal.Get<Schedule>();

    private static Caller Of(Person person) => new(person.Id, person.Role, person.Name);

    private Appointment AnAppointment(Person? coach = null, Person? founder = null, DateTimeOffset? at = null) =>
        new("Pricing", (coach ?? portal.Coach).Id, (founder ?? portal.Founder).Id, at ?? Soon, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("coach", true)]
    [InlineData("admin", true)]
    [InlineData("otherCoach", false)]
    [InlineData("founder", false)]
    public async Task Add_ForACoach_IsForThatCoachAndForAdmins(string who, bool allowed)
    {
        var scheduled = await Schedule.AddAsync(Of(Named(who)), AnAppointment());

        Assert.Equal(allowed, scheduled.SessionId is not null);
        Assert.Equal(allowed, scheduled.Problem is null);
    }

    [Theory]
    [InlineData("coach", true)]
    [InlineData("admin", true)]
    [InlineData("otherCoach", false)]
    [InlineData("founder", false)]
    public async Task ChangeCancelRestore_ASession_IsForItsCoachAndForAdmins(string who, bool allowed)
    {
        var session = await portal.ASessionAsync();
        var caller = Of(Named(who));
        var wanted = AnAppointment() with { Title = "Hiring" };

        var changed = await Schedule.ChangeAsync(caller, session.Id, await VersionAsync(session.Id), wanted);
        var cancelled = await Schedule.CancelAsync(caller, session.Id);
        var after = await ReadAsync(session.Id);

        Assert.Equal((allowed, allowed), (changed.SessionId is not null, cancelled is null));
        Assert.Equal(allowed ? "Hiring" : session.Title, after.Title);
        Assert.Equal(allowed, after.CancelledAt is not null);
        Assert.Equal(allowed, await Schedule.RestoreAsync(caller, session.Id) is null);
        Assert.Null((await ReadAsync(session.Id)).CancelledAt);
    }

    [Theory]
    [InlineData("coach", HttpStatusCode.OK)]
    [InlineData("admin", HttpStatusCode.OK)]
    [InlineData("otherCoach", HttpStatusCode.NotFound)]
    [InlineData("founder", HttpStatusCode.Found)]
    [InlineData(null, HttpStatusCode.Found)]
    public async Task EditPage_EveryRole_IsOpenNotThereOrNotAllowed(string? who, HttpStatusCode expected)
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(who is null ? null : Named(who));

        using var answer = await client.GetAsync($"/sessions/{session.Id}/edit");

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.NotFound)
        {
            var words = await answer.Content.ReadAsStringAsync();
            Assert.Contains("There is nothing here", words, StringComparison.Ordinal);
            Assert.DoesNotContain(session.Title, words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("founder", HttpStatusCode.OK)]
    [InlineData("coach", HttpStatusCode.OK)]
    [InlineData("otherFounder", HttpStatusCode.NotFound)]
    [InlineData("otherCoach", HttpStatusCode.NotFound)]
    [InlineData("admin", HttpStatusCode.Found)]
    public async Task Calendar_EveryRole_IsForTheTwoMembers(string who, HttpStatusCode expected)
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(Named(who));

        using var answer = await client.GetAsync($"/sessions/{session.Id}/calendar.ics");

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("text/calendar", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains($"/sessions/{session.Id}/call", (await answer.Content.ReadAsStringAsync()).Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Add_PastTime_IsRefusedInWords() =>
        Assert.Contains("has passed", (await Schedule.AddAsync(Of(portal.Coach), AnAppointment(at: DateTimeOffset.UtcNow.AddMinutes(-1)))).Problem, StringComparison.Ordinal);

    [Fact]
    public async Task Change_TitleOfARunningSession_IsFine_ButItsStartMovesIntoNoPast()
    {
        var session = await portal.ASessionAsync(change: s => (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(55)));
        var held = await ReadAsync(session.Id);

        var renamed = await Schedule.ChangeAsync(Of(portal.Coach), session.Id, held.Version, AnAppointment(at: held.StartsAt));
        var moved = await Schedule.ChangeAsync(Of(portal.Coach), session.Id, await VersionAsync(session.Id), AnAppointment(at: held.StartsAt.AddMinutes(-30)));

        Assert.Null(renamed.Problem);
        Assert.Contains("has passed", moved.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_SomebodyWasFaster_IsToldAndOverwritesNothing()
    {
        var session = await portal.ASessionAsync();
        var seen = await VersionAsync(session.Id);
        Assert.Null((await Schedule.ChangeAsync(Of(portal.Admin), session.Id, seen, AnAppointment() with { Title = "By the admin" })).Problem);

        var late = await Schedule.ChangeAsync(Of(portal.Coach), session.Id, seen, AnAppointment() with { Title = "By the coach" });

        Assert.Contains("Somebody changed", late.Problem, StringComparison.Ordinal);
        Assert.Equal("By the admin", (await ReadAsync(session.Id)).Title);
    }

    [Fact]
    public async Task Add_ClosedFounder_IsRefused()
    {
        var founder = await portal.APersonAsync("Gone Founder", Role.Founder);
        await portal.InDbAsync(db => db.People.Where(p => p.Id == founder.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.DeactivatedAt, DateTimeOffset.UtcNow)));

        Assert.Null((await Schedule.AddAsync(Of(portal.Coach), AnAppointment(founder: founder))).SessionId);
        Assert.DoesNotContain((await Schedule.ChoicesAsync(Of(portal.Coach))).Founders, f => f.Id == founder.Id);
    }

    [Fact]
    public async Task Overlaps_AnotherSessionOfTheCoach_IsFoundUnlessItOnlyTouches()
    {
        var coach = await portal.APersonAsync("Busy Coach", Role.Coach);
        var at = Soon.AddDays(9);
        await Schedule.AddAsync(Of(coach), AnAppointment(coach, at: at));

        Assert.Single(await Schedule.OverlapsAsync(Of(coach), coach.Id, at.AddMinutes(59), TimeSpan.FromMinutes(30)));
        Assert.Empty(await Schedule.OverlapsAsync(Of(coach), coach.Id, at.AddMinutes(60), TimeSpan.FromMinutes(30)));
        Assert.Empty(await Schedule.OverlapsAsync(Of(portal.OtherCoach), coach.Id, at, TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public async Task Cancel_SessionThatIsOver_IsRefused()
    {
        var session = await portal.ASessionAsync(change: s => (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(-1)));

        Assert.Contains("over", await Schedule.CancelAsync(Of(portal.Coach), session.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_ASession_TellsOpenPages()
    {
        var session = await portal.ASessionAsync();
        var told = new TaskCompletionSource<SessionChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = portal.Get<SessionFeed>().Subscribe(session.Id, (_, change) =>
        {
            if (change == SessionChange.Session)
                told.TrySetResult(change);
            return Task.CompletedTask;
        });

        // The feed may only just be starting to listen: news may be repeated, never lost for good.
        for (var i = 0; i < 20 && !told.Task.IsCompleted; i++)
        {
            await Schedule.ChangeAsync(Of(portal.Coach), session.Id, await VersionAsync(session.Id), AnAppointment() with { Title = $"Round {i}" });
            await Task.WhenAny(told.Task, Task.Delay(500));
        }

        Assert.True(told.Task.IsCompleted);
    }

    [Fact]
    public async Task List_EveryRole_SeesTheirOwn_AndTheAdminAllButNoContent()
    {
        var past = await portal.ASessionAsync(portal.OtherCoach, portal.OtherFounder, s =>
        {
            (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddDays(-3).AddHours(1));
            (s.Title, s.Summary) = ("A quiet week", "They agreed on a price.\nAnd more.");
        });
        var lists = portal.Get<SessionLists>();

        var founders = await lists.ListAsync(Of(portal.OtherFounder), SessionsShown.Past, "QUIET");
        var admins = await lists.ListAsync(Of(portal.Admin), SessionsShown.Past, "quiet");

        Assert.Equal("They agreed on a price.\nAnd more.", Assert.Single(founders, l => l.Id == past.Id).Summary);
        Assert.Null(Assert.Single(admins, l => l.Id == past.Id).Summary);
        Assert.Empty(await lists.ListAsync(Of(portal.Founder), SessionsShown.Past, "quiet"));
        Assert.Empty(await lists.ListAsync(Of(portal.OtherFounder), SessionsShown.Upcoming, "quiet"));
    }

    [Fact]
    public async Task Home_FounderWithAPromise_ShowsItWithItsSession()
    {
        var founder = await portal.APersonAsync("Petra Promise", Role.Founder);
        var session = await portal.ASessionAsync(founder: founder);
        await portal.InDbAsync(async db =>
        {
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "Call five customers", Owner = Role.Founder, Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        });
        using var client = portal.SignedIn(founder);
        using var other = portal.SignedIn(portal.OtherFounder);

        var home = await client.GetStringAsync("/");

        Assert.Contains("Call five customers", home, StringComparison.Ordinal);
        Assert.Contains($"/sessions/{session.Id}/call", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Call five customers", await other.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("founder", "/sessions", HttpStatusCode.OK)]
    [InlineData("founder", "/sessions/new", HttpStatusCode.Found)]
    [InlineData("founder", "/admin/sessions", HttpStatusCode.Found)]
    [InlineData("coach", "/sessions/new", HttpStatusCode.OK)]
    [InlineData("coach", "/", HttpStatusCode.OK)]
    [InlineData("admin", "/", HttpStatusCode.OK)]
    [InlineData("admin", "/sessions/new", HttpStatusCode.OK)]
    [InlineData("admin", "/sessions", HttpStatusCode.Found)]
    [InlineData("admin", "/admin/sessions", HttpStatusCode.OK)]
    public async Task Page_EveryRole_OpensAsItShould(string who, string path, HttpStatusCode expected)
    {
        using var client = portal.SignedIn(Named(who));

        using var answer = await client.GetAsync(path);

        Assert.Equal(expected, answer.StatusCode);
    }

    private Person Named(string who) => who switch
    {
        "coach" => portal.Coach,
        "otherCoach" => portal.OtherCoach,
        "founder" => portal.Founder,
        "otherFounder" => portal.OtherFounder,
        _ => portal.Admin,
    };

    private Task<CoachingSession> ReadAsync(Guid id) => portal.InDbAsync(db => db.Sessions.AsNoTracking().SingleAsync(s => s.Id == id));

    private async Task<uint> VersionAsync(Guid id) => (await ReadAsync(id)).Version;
}
