using System.Net;
using System.Net.Http.Headers;
using CoachingPortal.Accounts;
using CoachingPortal.Admin;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Admin;

public sealed class AgentKeyTests(AgentKeyTests.PortalWithAgentEndpoints portal) : IClassFixture<AgentKeyTests.PortalWithAgentEndpoints>
{
    /// <summary>With two endpoints of its own, which stand for any that agents may call.</summary>
    public sealed class PortalWithAgentEndpoints(PostgresServer postgres) : Portal(postgres)
    {
        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<IStartupFilter, Endpoints>();

        private sealed class Endpoints : IStartupFilter
        {
            public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
            {
                next(app);
                app.UseEndpoints(e =>
                {
                    e.MapGet("/api/test/agent", (HttpContext c) => Agent.From(c.User)?.Name).RequireAuthorization(AgentPolicies.For(AgentScopes.WriteTurns));
                    e.MapGet("/api/test/either", () => "ok").RequireAuthorization(AgentPolicies.OrMember(AgentScopes.WriteTurns));
                });
            };
        }
    }

    private async Task<string> AKeyAsync(params string[] scopes) =>
        (await portal.Get<AgentAdmin>().CreateAsync(portal.Admin.Id, "Scribe", scopes)).Secret!;

    private async Task<HttpStatusCode> GetAsync(string path, string? key, Person? person = null)
    {
        using var client = portal.SignedIn(person);
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    [Theory]
    [InlineData("/api/test/agent")]
    [InlineData("/api/test/either")]
    public async Task Request_KeyWithTheScope_IsLetIn_WithAnotherScope403_UnknownKey401(string path)
    {
        Assert.Equal(HttpStatusCode.OK, await GetAsync(path, await AKeyAsync(AgentScopes.WriteTurns)));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(path, await AKeyAsync(AgentScopes.WriteSummary)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(path, "cp_" + Secrets.New()));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(path, null));
    }

    [Fact]
    public async Task Request_PersonsCookie_IsLetInOnlyWhereMembersAre()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/api/test/agent", null, portal.Coach));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/api/test/either", null, portal.Coach));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/api/test/either", null, portal.Admin));
    }

    [Fact]
    public async Task Request_Key_OpensNoPage() =>
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/", await AKeyAsync(AgentScopes.All)));

    [Fact]
    public async Task Request_RevokedKey_IsRefusedAtOnce()
    {
        var key = await AKeyAsync(AgentScopes.WriteTurns);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/api/test/agent", key));
        var row = await portal.InDbAsync(db => db.AgentKeys.SingleAsync(k => k.KeyHash == Secrets.Hash(key)));
        Assert.NotNull(row.LastUsedAt);

        await portal.Get<AgentAdmin>().RevokeAsync(portal.Admin.Id, row.Id);

        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/api/test/agent", key));
    }

    [Theory]
    [InlineData("", AgentScopes.WriteTurns)]
    [InlineData("Scribe", "everything")]
    public async Task Create_NamelessOrUnknownScope_IsRefused(string name, string scope) =>
        Assert.NotNull((await portal.Get<AgentAdmin>().CreateAsync(portal.Admin.Id, name, [scope])).Problem);
}
