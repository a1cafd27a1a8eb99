using System.Security.Cryptography;
using System.Text;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Hosting;

public sealed class ProductionPortal(PostgresServer postgres) : Portal(postgres)
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseEnvironment("Production");
    }
}

public sealed class ProductionTests(ProductionPortal portal) : IClassFixture<ProductionPortal>
{
    [Fact]
    public async Task Start_InProduction_MakesNoDemo()
    {
        Assert.False(await portal.InDbAsync(db => db.People.AnyAsync(p => p.IsDemo)));
        Assert.False(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.IsDemo)));
    }

    [Fact]
    public async Task Offer_WithAnAdmin_GivesNoLink() =>
        Assert.Null(await portal.Get<FirstAdmin>().OfferAsync());

    [Fact]
    public async Task Offer_WithoutAnAdmin_GivesOneLinkAndRevokesTheEarlierOne()
    {
        await SetAdminAsync(Role.Coach);
        try
        {
            var first = await portal.Get<FirstAdmin>().OfferAsync();
            var second = await portal.Get<FirstAdmin>().OfferAsync();

            var invitations = await portal.InDbAsync(db => db.Invitations.ToListAsync());
            Assert.NotNull(invitations.Single(i => i.TokenHash.SequenceEqual(Hash(first!))).RevokedAt);
            var valid = invitations.Single(i => i.TokenHash.SequenceEqual(Hash(second!)));
            Assert.Null(valid.RevokedAt);
            Assert.Null(valid.Email);
            Assert.Equal(Role.Admin, valid.Role);
        }
        finally
        {
            await SetAdminAsync(Role.Admin);
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private Task SetAdminAsync(Role role) =>
        portal.InDbAsync(db => db.People.Where(p => p.Id == portal.Admin.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.Role, role)));
}
