using System.Text.Json;
using CoachingPortal.Demo;
using CoachingPortal.Domain;
using CoachingPortal.Insights;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Demo;

/// <summary>A portal as <c>./run</c> starts it.</summary>
public sealed class DemoPortal(PostgresServer postgres) : Portal(postgres)
{
    public const string DemoPassword = "a password for the demo";

    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Demo:Password"] = DemoPassword };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseEnvironment("Development");
    }
}

public sealed class DemoTests(DemoPortal portal) : IClassFixture<DemoPortal>
{
    [Fact]
    public async Task Start_InDevelopment_MakesDemoPeopleWithTheGivenPassword()
    {
        using var scope = portal.Services.CreateScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();

        foreach (var (email, _) in DemoPeople.Ways)
        {
            var person = await people.FindByEmailAsync(email);
            Assert.True(person!.IsDemo);
            Assert.True(await people.CheckPasswordAsync(person, DemoPortal.DemoPassword));
        }
        Assert.Equal(Tier.Studio, (await people.FindByEmailAsync(DemoPeople.Studio))!.Tier);
    }

    [Fact]
    public async Task Start_InDevelopment_LeavesAFinishedSessionWithRealMaterial()
    {
        await portal.InDbAsync(async db =>
        {
            var session = await db.Sessions.Include(s => s.Founder).SingleAsync(s => s.IsDemo && s.Summary != null);
            Assert.Equal(DemoPeople.Studio, session.Founder!.Email);
            Assert.InRange(session.EndsAt, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-5));
            var turns = await db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).ToListAsync();
            var items = await db.Items.Where(i => i.SessionId == session.Id).ToListAsync();
            Assert.True(turns.Count >= 12);
            Assert.Equal(2, items.Count(i => i.Kind == ItemKind.NextAction && i.DoneAt == null && i.Owner != null && i.DueOn != null));
            Assert.Equal(1, items.Count(i => i.Kind == ItemKind.NextAction && i.DoneAt != null));
            Assert.All(items, i => Assert.All(i.EvidenceTurnIds, e => Assert.Contains(turns, t => t.Id == e)));
            Assert.Equal(4, await db.Consents.CountAsync(c => c.SessionId == session.Id && c.Answer == ConsentAnswer.Granted));
            var messages = await db.ChatMessages.Where(m => m.SessionId == session.Id).OrderBy(m => m.Number).ToListAsync();
            var notes = await db.Notes.Where(n => n.SessionId == session.Id).OrderBy(n => n.Number).ToListAsync();
            Assert.Equal(messages.Select(m => (Guid?)m.Id), notes.Where(n => n.Kind == NoteKind.Fred).Select(n => n.ChatMessageId));
            Assert.All(notes.Where(n => n.ChatRole == ChatRole.Coach), n => Assert.Equal(NoteVisibility.Coach, n.Visibility));
            Assert.Contains(notes, n => n is { Kind: NoteKind.Manual, Visibility: NoteVisibility.Shared });
            Assert.Contains(notes, n => n is { Kind: NoteKind.Manual, Visibility: NoteVisibility.Coach });
        });
    }

    [Fact]
    public async Task Start_InDevelopment_LeavesARecordingInWhichEachSpeakerIsHeardAtTheirTurns()
    {
        var (recording, turns) = await portal.InDbAsync(async db =>
        {
            var recording = await db.Recordings.Include(r => r.Files).SingleAsync();
            return (recording, await db.Turns.Where(t => t.SessionId == recording.SessionId).OrderBy(t => t.StartedAt).ToListAsync());
        });
        Assert.Equal(RecordingStatus.Complete, recording.Status);
        Assert.InRange(recording.DurationMs!.Value, 60_000, 75_000);
        var founder = await SamplesAsync("incoming.wav");
        var coach = await SamplesAsync("outgoing.wav");
        var mixed = await SamplesAsync("mixed.wav");

        Assert.Equal(recording.DurationMs.Value, mixed.Length * 1000L / recording.SampleRate);
        Assert.Equal(mixed.Length, founder.Length);
        for (var i = 0; i < mixed.Length; i += 97)
            Assert.Equal((founder[i] + coach[i]) / 2, mixed[i]);
        foreach (var turn in turns)
        {
            var from = (int)((turn.StartedAt - recording.StartedAt).TotalSeconds * recording.SampleRate);
            var to = (int)((turn.EndedAt - recording.StartedAt).TotalSeconds * recording.SampleRate);
            var (speaks, listens) = turn.Role == Role.Founder ? (founder, coach) : (coach, founder);
            Assert.True(speaks[from..to].Max() > 3000, "silent in " + turn.Text);
            Assert.Equal(0, listens[from..to].Max());
        }

        async Task<short[]> SamplesAsync(string name)
        {
            var file = recording.Files.Single(f => f.Name == name);
            await using var stream = await portal.Get<IObjectStore>().OpenAsync(file.Key);
            var format = await Wav.ReadHeaderAsync(stream!);
            Assert.Equal(recording.SampleRate, format.SampleRate);
            Assert.Equal(file.Size, format.Samples * 2 + Wav.HeaderBytes);
            var bytes = new byte[format.Samples * 2];
            await stream!.ReadExactlyAsync(bytes);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes).ToArray();
        }
    }

    [Fact]
    public async Task Start_InDevelopment_LeavesInsightsWithSense()
    {
        var session = await portal.InDbAsync(db => db.Sessions.Include(s => s.Coach).SingleAsync(s => s.RoomName == "demo-finished"));

        var insights = await portal.Get<InsightsReader>().OfSessionAsync(session.Id, new(session.CoachId, Role.Coach, session.Coach!.Name));

        Assert.Equal(1, insights!.Talk!.Founder.Share!.Value + insights.Talk.Coach.Share!.Value, 6);
        Assert.InRange(insights.Talk.Founder.Share.Value, 0.5, 0.8);
        Assert.True(insights.Talk.Coach.OpenQuestions >= 2);
        Assert.NotEmpty(insights.Keywords);
        Assert.Equal((2, true), (insights.Connections.Count, insights.Connections.Single(c => c.PersonId == session.FounderId).Poor > 0));
        Assert.InRange(insights.ConnectionScore!.Value, 60, 99);
        Assert.NotNull(insights.Recorded);
    }

    [Fact]
    public async Task Start_InDevelopment_WritesTheFactsBesideTheRecording()
    {
        var file = await portal.InDbAsync(db => db.RecordingFiles.SingleAsync(f => f.Name == "session_info.json"));
        await using var stream = await portal.Get<IObjectStore>().OpenAsync(file.Key);
        using var info = await JsonDocument.ParseAsync(stream!);

        Assert.Equal(3, info.RootElement.GetProperty("files").GetArrayLength());
        Assert.Equal(2, info.RootElement.GetProperty("people").GetArrayLength());
    }

    [Fact]
    public async Task Prepare_AgainLater_BringsPassedSessionsForwardAndDoublesNothing()
    {
        var soon = await portal.InDbAsync(db => db.Sessions.SingleAsync(s => s.RoomName == "demo-soon"));
        Assert.InRange(soon.StartsAt, DateTimeOffset.UtcNow.AddMinutes(5), DateTimeOffset.UtcNow.AddMinutes(10));
        var before = await portal.InDbAsync(db => db.Sessions.CountAsync());
        var later = new DemoSessions(portal.Get<IDbContextFactory<CoachingPortal.Data.PortalDb>>(), new Later(TimeSpan.FromDays(3)));
        var cast = await portal.Get<DemoPeople>().PrepareAsync(default);

        await later.PrepareAsync(cast!, default);
        await portal.Get<DemoPastSession>().PrepareAsync(cast!, default);

        var moved = await portal.InDbAsync(db => db.Sessions.SingleAsync(s => s.RoomName == "demo-soon"));
        Assert.InRange(moved.StartsAt - soon.StartsAt, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.1));
        Assert.Equal(before, await portal.InDbAsync(db => db.Sessions.CountAsync()));
        await portal.InDbAsync(async db => { db.Calls.Add(new() { SessionId = soon.Id, StartedAt = DateTimeOffset.UtcNow }); await db.SaveChangesAsync(); });

        await new DemoSessions(portal.Get<IDbContextFactory<CoachingPortal.Data.PortalDb>>(), new Later(TimeSpan.FromDays(4))).PrepareAsync(cast!, default);

        Assert.Equal(2, await portal.InDbAsync(db => db.Sessions.CountAsync(s => s.RoomName.StartsWith("demo-soon"))));
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + by;
    }
}
