using CoachingPortal.Admin;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>Webhooks are kept for a week, calls for ever.</summary>
public sealed class WebhookProbeTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    [Fact]
    public async Task Run_AfterAQuietWeek_DoesNotBlameCallsFromBefore()
    {
        await ACallAsync(TimeSpan.FromDays(8));

        Assert.Equal(ProbeState.Unknown, (await CheckAsync()).State);

        await ACallAsync(TimeSpan.FromDays(6));
        var unheard = await CheckAsync();
        Assert.Equal(ProbeState.Fails, unheard.State);
        Assert.StartsWith("1 calls", unheard.Words, StringComparison.Ordinal);
    }

    private async Task ACallAsync(TimeSpan ago)
    {
        var session = await portal.ASessionAsync();
        var at = DateTimeOffset.UtcNow - ago;
        await portal.InDbAsync(async db =>
        {
            db.Add(new Call { SessionId = session.Id, Transport = CallTransport.Livekit, StartedAt = at, EndedAt = at.AddMinutes(1) });
            await db.SaveChangesAsync();
        });
    }

    private async Task<SystemCheck> CheckAsync()
    {
        await portal.Get<SystemChecks>().RunAsync();
        return (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == "webhooks").Check!;
    }
}
