using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Admin;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Admin;

public sealed class PeopleAdminTests(Portal portal) : IClassFixture<Portal>
{
    private PeopleAdmin People => portal.Get<PeopleAdmin>();

    [Fact]
    public async Task ChangeTier_Founder_IsInTheDatabaseAtOnceAndLeavesThemSignedIn()
    {
        var founder = await portal.APersonAsync("Pia Pro", Role.Founder, Tier.Pro);
        using var client = portal.SignedIn(founder);

        Assert.Null(await People.ChangeTierAsync(portal.Admin.Id, founder.Id, Tier.Studio));

        Assert.Equal(Tier.Studio, await portal.InDbAsync(db => db.People.Where(p => p.Id == founder.Id).Select(p => p.Tier).SingleAsync()));
        Assert.True(await IsWelcomeAsync(founder));
        using var home = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
    }

    [Fact]
    public async Task ChangeRole_Coach_EndsTheirOldSignIns()
    {
        var coach = await portal.APersonAsync("Rita Role", Role.Coach);

        Assert.Null(await People.ChangeRoleAsync(portal.Admin.Id, coach.Id, Role.Founder));

        Assert.False(await IsWelcomeAsync(coach));
    }

    [Fact]
    public async Task Deactivate_Founder_EndsTheirSignIns_AndReactivateLetsThemInAnew()
    {
        var founder = await portal.APersonAsync("Dina Done", Role.Founder);

        Assert.Null(await People.DeactivateAsync(portal.Admin.Id, founder.Id));
        Assert.False(await IsWelcomeAsync(founder));

        Assert.Null(await People.ReactivateAsync(portal.Admin.Id, founder.Id));
        Assert.Null(await portal.InDbAsync(db => db.People.Where(p => p.Id == founder.Id).Select(p => p.DeactivatedAt).SingleAsync()));
    }

    [Fact]
    public async Task DeactivateOrDemote_AdminsAtTheSameMoment_LeavesOne()
    {
        var second = await portal.APersonAsync("Berta Admin", Role.Admin);

        var problems = await Task.WhenAll(
            People.DeactivateAsync(second.Id, portal.Admin.Id),
            People.ChangeRoleAsync(portal.Admin.Id, second.Id, Role.Coach));

        Assert.Single(problems, p => p is null);
        Assert.Contains("no longer an admin", problems.Single(p => p is not null), StringComparison.Ordinal);
        Assert.Equal(1, await portal.InDbAsync(db => db.People.CountAsync(p => p.Role == Role.Admin && p.DeactivatedAt == null)));
        await portal.InDbAsync(db => db.People.Where(p => p.Id == portal.Admin.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.DeactivatedAt, (DateTimeOffset?)null).SetProperty(p => p.Role, Role.Admin)));
    }

    [Fact]
    public async Task DeactivateOrDemote_TheOnlyAdmin_IsRefused()
    {
        await portal.InDbAsync(db => db.People.Where(p => p.Role == Role.Admin && p.Id != portal.Admin.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Role, Role.Coach)));

        Assert.Contains("only admin", await People.DeactivateAsync(portal.Admin.Id, portal.Admin.Id), StringComparison.Ordinal);
        Assert.Contains("only admin", await People.ChangeRoleAsync(portal.Admin.Id, portal.Admin.Id, Role.Coach), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iona", true)]
    [InlineData("FIONA F", true)]
    [InlineData("%", false)]
    public async Task List_Search_FindsPartsOfNamesLiterally(string search, bool found)
    {
        var people = await People.ListAsync(search, null);

        Assert.Equal(found, people.Any(p => p.Id == portal.Founder.Id));
    }

    [Theory]
    [InlineData("/people")]
    [InlineData("/agents")]
    public async Task AdminPage_EveryRole_OpensForTheAdminAlone(string page)
    {
        foreach (var (person, expected) in new[] { (portal.Admin, HttpStatusCode.OK), (portal.Coach, HttpStatusCode.Found), (portal.Founder, HttpStatusCode.Found) })
        {
            using var client = portal.SignedIn(person);
            using var answer = await client.GetAsync(page);
            Assert.Equal((person.Role, expected), (person.Role, answer.StatusCode));
            if (expected == HttpStatusCode.Found)
                Assert.StartsWith("/not-allowed", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        }
    }

    private async Task<bool> IsWelcomeAsync(Person before)
    {
        using var scope = portal.Services.CreateScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Person>>();
        return await RevalidatingPersonState.IsStillWelcomeAsync(signIn, await signIn.CreateUserPrincipalAsync(before));
    }
}
