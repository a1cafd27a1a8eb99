using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;

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
}
