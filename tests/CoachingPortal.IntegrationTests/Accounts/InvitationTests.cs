using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Accounts;

public sealed class InvitationTests(SignInTests.PatientPortal portal) : IClassFixture<SignInTests.PatientPortal>
{
    private static string NewEmail() => $"{Guid.NewGuid():N}@example.test";

    private async Task<(string Path, string Email)> AnInvitationAsync(Role role = Role.Founder, Tier tier = Tier.Pro)
    {
        var email = NewEmail();
        var invited = await portal.Get<Invitations>().InviteAsync(portal.Admin.Id, email, null, role, tier);
        Assert.Null(invited.Problem);
        return (invited.Path!, email);
    }

    private static (string, string)[] Answers(string name = "Ines Invited") => [("Form.Name", name), ("Form.Password", "a password of her own"), ("Form.TimeZone", "Europe/Lisbon")];

    [Fact]
    public async Task Accept_OpenLink_MakesTheAccountAsInvitedAndSignsIn()
    {
        var (path, email) = await AnInvitationAsync(tier: Tier.Studio);
        using var client = portal.SignedIn(null);

        using var answer = await client.SendFormAsync(path, "accept", Answers());

        Assert.Equal("/", answer.RedirectPath());
        Assert.NotNull(answer.PortalCookie());
        var person = await portal.InDbAsync(db => db.People.SingleAsync(p => p.Email == email));
        Assert.Equal(("Ines Invited", Role.Founder, Tier.Studio, "Europe/Lisbon"), (person.Name, person.Role, person.Tier, person.TimeZone));
    }

    [Fact]
    public async Task Accept_UsedLink_IsGoneAndTellsNothing()
    {
        var (path, email) = await AnInvitationAsync();
        using var client = portal.SignedIn(null);
        (await client.SendFormAsync(path, "accept", Answers())).Dispose();
        using var stranger = portal.SignedIn(null);

        using var used = await stranger.GetAsync(path);
        using var never = await stranger.GetAsync("/invitations/" + Secrets.New());

        Assert.Equal(HttpStatusCode.Gone, used.StatusCode);
        var words = await used.Content.ReadAsStringAsync();
        Assert.Contains("no longer works", words, StringComparison.Ordinal);
        Assert.DoesNotContain(email, words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, never.StatusCode);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("replaced")]
    public async Task Find_LinkThatEnded_FindsNothing(string how)
    {
        var (path, email) = await AnInvitationAsync();
        var secret = path.Split('/')[^1];
        var invitations = portal.Get<Invitations>();
        var invitation = await invitations.FindAsync(secret);
        Assert.NotNull(invitation);

        if (how == "revoked")
            Assert.True(await invitations.RevokeAsync(portal.Admin.Id, invitation.Id));
        else if (how == "expired")
            await portal.InDbAsync(db => db.Invitations.Where(i => i.Id == invitation.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1))));
        else
            await invitations.InviteAsync(portal.Admin.Id, email.ToUpperInvariant(), null, Role.Coach, Tier.Free);

        Assert.Null(await invitations.FindAsync(secret));
        Assert.True((await invitations.AcceptAsync(secret, "Late", null, "a password of her own", null)).IsGone);
    }

    [Fact]
    public async Task Accept_ByTwoAtTheSameMoment_MakesOneAccount()
    {
        var (path, email) = await AnInvitationAsync();
        var secret = path.Split('/')[^1];
        var invitations = portal.Get<Invitations>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => invitations.AcceptAsync(secret, $"Twin {i}", null, "a password of her own", null)));

        Assert.Single(answers, a => a.Person is not null);
        Assert.Equal(3, answers.Count(a => a.IsGone));
        Assert.Equal(1, await portal.InDbAsync(db => db.People.CountAsync(p => p.Email == email)));
    }

    [Fact]
    public async Task Accept_PasswordTooShort_SaysSoAndLeavesTheLinkOpen()
    {
        var (path, _) = await AnInvitationAsync();
        using var client = portal.SignedIn(null);

        using var answer = await client.SendFormAsync(path, "accept", ("Form.Name", "Ines"), ("Form.Password", "short"));

        Assert.Contains("at least 12 characters", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(await portal.Get<Invitations>().FindAsync(path.Split('/')[^1]));
    }

    [Fact]
    public async Task Invite_EmailWithAnAccount_IsRefused()
    {
        var invited = await portal.Get<Invitations>().InviteAsync(portal.Admin.Id, portal.Coach.Email!.ToUpperInvariant(), null, Role.Founder, Tier.Free);

        Assert.Null(invited.Path);
        Assert.Contains("has an account", invited.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invite_TokenInTheDatabase_IsOnlyAHash()
    {
        var (path, _) = await AnInvitationAsync();
        var secret = path.Split('/')[^1];

        Assert.Equal(43, secret.Length);
        Assert.True(await portal.InDbAsync(db => db.Invitations.AnyAsync(i => i.TokenHash == Secrets.Hash(secret))));
    }

    [Fact]
    public async Task FirstAdminPath_PeopleAreHere_GivesNone() => Assert.Null(await portal.Get<Invitations>().FirstAdminPathAsync());
}

public sealed class FirstAdminTests(FirstAdminTests.EmptyPortal portal) : IClassFixture<FirstAdminTests.EmptyPortal>
{
    public sealed class EmptyPortal(PostgresServer postgres) : Portal(postgres)
    {
        protected override bool HasPeople => false;
    }

    [Fact]
    public async Task FirstAdminPath_NobodyYet_MakesTheAdminWhoNamesTheirAddress_AndOnlyTheNewestLinkDoes()
    {
        var invitations = portal.Get<Invitations>();
        var older = await invitations.FirstAdminPathAsync();
        var path = await invitations.FirstAdminPathAsync();
        using var client = portal.SignedIn(null);
        using var gone = await client.GetAsync(older);

        using var answer = await client.SendFormAsync(path!, "accept", ("Form.Name", "First Admin"), ("Form.Email", "first@example.test"), ("Form.Password", "a password of her own"));

        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        Assert.Equal("/", answer.RedirectPath());
        Assert.Equal(Role.Admin, await portal.InDbAsync(db => db.People.Where(p => p.Email == "first@example.test").Select(p => p.Role).SingleAsync()));
        Assert.Null(await invitations.FirstAdminPathAsync());
    }
}
