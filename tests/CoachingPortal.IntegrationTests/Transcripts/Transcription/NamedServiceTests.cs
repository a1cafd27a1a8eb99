using System.Net;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <summary>A yes to a transcript means the service that it named, and nobody else.</summary>
public sealed class NamedServiceTests(NamedServiceTests.NamedWorld world) : IClassFixture<NamedServiceTests.NamedWorld>
{
    [Fact]
    public async Task Lobby_AndAnswer_NameTheService()
    {
        var session = await world.ASessionAsync();
        using var client = world.SignedIn(world.Founder);

        Assert.Contains("sends your recording to Example Speech after the call", await client.GetStringAsync($"/sessions/{session.Id}/call"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await world.PostsAsync(world.Founder, $"/api/calls/sessions/{session.Id}/consent", new { type = "transcript", granted = true }));
        await world.ATicketAsync(world.Coach, session.Id, new { consents = new { transcript = true } });

        var answers = await world.InDbAsync(db => db.Consents.AsNoTracking().Where(c => c.SessionId == session.Id && c.Type == ConsentType.Transcript).ToListAsync());
        Assert.Equal(2, answers.Count);
        Assert.All(answers, a => Assert.Equal(("transcript-4:Example Speech", ConsentWording.TranscriptBy("Example Speech").Text), (a.WordingVersion, a.Wording)));
    }

    [Theory]
    [InlineData("transcript-4:Example Speech", true, 1)]
    [InlineData("transcript-4:another.example", false, 2)]
    [InlineData("transcript-3", false, 2)]
    public async Task Lobby_AYesToOtherWords_IsAskedForAnewAndNotedBesideIt(string version, bool isTicked, int answers)
    {
        var session = await world.ASessionAsync();
        await AgreedAsync(session.Id, version, DateTimeOffset.UtcNow.AddMinutes(-1));
        using var client = world.SignedIn(world.Founder);

        var lobby = await client.GetStringAsync($"/sessions/{session.Id}/call");
        await world.ATicketAsync(world.Founder, session.Id, new { consents = new { transcript = true } });
        await world.ATicketAsync(world.Founder, session.Id, new { consents = new { transcript = true } });

        Assert.Equal(isTicked, Regex.Match(lobby, "<input[^>]*data-testid=\"consent-transcript\"[^>]*>").Value.Contains(" checked", StringComparison.Ordinal));
        var noted = await world.InDbAsync(db => db.Consents.AsNoTracking().Where(c => c.SessionId == session.Id && c.Type == ConsentType.Transcript).OrderBy(c => c.Number).ToListAsync());
        Assert.Equal((answers, ConsentAnswer.Granted, "transcript-4:Example Speech"), (noted.Count, noted[^1].Answer, noted[^1].WordingVersion));
    }

    [Theory]
    [InlineData("transcript-4:Example Speech", "founder")]
    [InlineData("transcript-3", "founder")] // by whichever service
    [InlineData("transcript-4:another.example", null)]
    [InlineData("transcript-4", null)] // on this machine
    [InlineData("transcript-1", null)]
    public async Task Transcription_AYesToSomeWords_SendsSoundOnlyWhereTheyTellOfIt(string version, string? heard)
    {
        world.Service.Reset();
        var (call, recording) = await world.ACallAsync([]);
        await AgreedAsync(call.SessionId, version, recording.StartedAt.AddSeconds(-1));
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(heard is null ? [] : [heard], world.Service.Requests.Select(r => r.Tone).Distinct());
        Assert.Equal(heard is null, (await world.TurnsAsync(call.SessionId)).Count == 0);
    }

    private Task AgreedAsync(Guid sessionId, string version, DateTimeOffset at) => world.InDbAsync(async db =>
    {
        db.Consents.Add(new()
        {
            SessionId = sessionId, PersonId = world.Founder.Id, Type = ConsentType.Transcript, Answer = ConsentAnswer.Granted, AnsweredAt = at, WordingVersion = version, Wording = "", LegalBasis = "",
        });
        await db.SaveChangesAsync();
    });

    public sealed class NamedWorld(PostgresServer postgres) : TranscriptionWorld(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings) { ["Transcription:ServiceName"] = "Example Speech" };
    }
}
