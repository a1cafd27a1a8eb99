using System.Net;
using CoachingPortal.Domain;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionPageTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Page_ItsTwoPeople_SeeItAndNobodyElseDoes()
    {
        var session = await portal.ASessionAsync();
        var address = $"/sessions/{session.Id}";

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(portal.Founder, address));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(portal.Coach, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.OtherFounder, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.OtherCoach, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.Admin, address));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(null, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.Coach, $"/sessions/{Guid.NewGuid()}"));
    }

    [Fact]
    public async Task Page_Prerendered_HoldsTheSessionAndKeepsTheCoachsOwnFromTheFounder()
    {
        var session = await portal.ASessionAsync(change: s =>
        {
            s.Summary = "They talked about <b>prices</b>.";
            s.SummarySource = SummarySource.Offline;
            s.SummaryAt = DateTimeOffset.UtcNow;
        });
        await portal.InDbAsync(db =>
        {
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "Call five customers", Owner = Role.Founder, Source = SummarySource.Offline, CreatedAt = DateTimeOffset.UtcNow });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "A shared thought", CreatedAt = DateTimeOffset.UtcNow });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Coach, AuthorId = portal.Coach.Id, Text = "A private thought", CreatedAt = DateTimeOffset.UtcNow });
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Founder, Text = "Asked by the founder", CreatedAt = DateTimeOffset.UtcNow });
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Coach.Id, Role = ChatRole.Coach, Text = "Asked by the coach", CreatedAt = DateTimeOffset.UtcNow });
            return db.SaveChangesAsync();
        });

        var founders = await portal.SignedIn(portal.Founder).GetStringAsync($"/sessions/{session.Id}");
        var coachs = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        foreach (var page in new[] { founders, coachs })
        {
            Assert.Contains("They talked about &lt;b&gt;prices&lt;/b&gt;.", page);
            Assert.Contains("Call five customers", page);
            Assert.Contains("A shared thought", page);
            Assert.Contains("Asked by the founder", page);
        }
        Assert.DoesNotContain("A private thought", founders);
        Assert.DoesNotContain("Asked by the coach", founders);
        Assert.Contains("A private thought", coachs);
        Assert.Contains("Asked by the coach", coachs);
    }

    [Fact]
    public async Task Page_FiveHundredTurns_ArePrerenderedInAFewHundredBytesEach()
    {
        const string Words = "We should raise the price for new customers first, and see who asks why before we touch the old contracts.";
        var session = await portal.ASessionAsync();
        var start = DateTimeOffset.UtcNow.AddHours(-1);
        await portal.InDbAsync(db =>
        {
            db.Turns.AddRange(Enumerable.Range(0, 500).Select(i => new Turn
            {
                SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = portal.Founder.Name, Role = Role.Founder, Text = Words, Language = "en-GB",
                StartedAt = start.AddSeconds(i), EndedAt = start.AddSeconds(i + 1), Source = TurnSource.Caption, Key = $"k{i}",
            }));
            return db.SaveChangesAsync();
        });

        var page = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        Assert.Equal(500, page.Split(Words).Length - 1);
        Assert.InRange(page.Length, 1, 500 * (Words.Length + 220) + 40_000);
    }

    private async Task<HttpStatusCode> StatusAsync(Person? person, string address)
    {
        using var client = portal.SignedIn(person);
        return (await client.GetAsync(address)).StatusCode;
    }
}
