using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>The door for webhooks: what comes in, and what does not.</summary>
public sealed class WebhookTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    [Fact]
    public async Task Webhook_FromLiveKit_IsKeptOnceAndApplied()
    {
        var happened = FakeLiveKit.Event("room_started", e => e.Room = new Room { Sid = "RM_1", Name = "r" });
        using var client = portal.SignedIn(null);

        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await portal.LiveKit.PostAsync(client, happened));

        await CallSteps.EventuallyAsync(() => portal.InDbAsync(db => db.LiveKitEvents.AnyAsync(e => e.Id == happened.Id && e.AppliedAt != null)), "the event is applied");
        var kept = await portal.InDbAsync(db => db.LiveKitEvents.SingleAsync(e => e.Id == happened.Id));
        Assert.Equal(("room_started", 1, null), (kept.Name, kept.Attempts, kept.NextAttemptAt));
        Assert.Equal(happened, WebhookEvent.Parser.ParseFrom(kept.Body));
        Assert.Equal(happened.CreatedAt, kept.HappenedAt.ToUnixTimeSeconds());
        Assert.Single(portal.Log.Lines, l => l.Contains("room_started r RM_1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Webhook_ThatComesAgain_IsIgnoredWithALogLine()
    {
        var happened = FakeLiveKit.Event("room_started", e => e.Room = new Room { Sid = "RM_2", Name = "r" });
        using var client = portal.SignedIn(null);

        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, await portal.LiveKit.PostAsync(client, happened));

        var line = Assert.Single(portal.Log.Lines, l => l.Contains(happened.Id, StringComparison.Ordinal) && l.Contains("came again", StringComparison.Ordinal));
        Assert.StartsWith("Information", line, StringComparison.Ordinal);
    }

    public static TheoryData<string, int> Bad => new()
    {
        { "forged", 401 },
        { "another key", 401 },
        { "unsigned", 401 },
        { "no token", 401 },
        { "expired", 401 },
        { "not yet", 401 },
        { "wrong body", 401 },
        { "no checksum", 401 },
        { "a browser's token", 401 },
        { "an endless token", 401 },
        { "oversized", 413 },
        { "oversized and forged", 401 },
        { "oversized without a length", 413 },
        { "not JSON", 200 },
        { "a list", 200 },
        { "empty", 200 },
        { "wrong kinds", 200 },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Webhook_ThatIsNotToBeBelieved_ChangesNothingAndIsLogged(string what, int status)
    {
        var before = (await CountAsync(), portal.Log.Lines.Count());
        using var client = portal.SignedIn(null);
        using var request = Spoiled(what);

        using var response = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(before.Item1, await CountAsync());
        // What an earlier test sent may be passed over, with a word, only now.
        var line = Assert.Single(portal.Log.Lines.Skip(before.Item2), l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("webhook", StringComparison.Ordinal));
        Assert.DoesNotContain(portal.LiveKit.Secret, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"event":"hologram_started","id":"EV_new1","hologram":{"deep":[1,2,{"x":null}]}}""")]
    [InlineData("""{"event":"egress_hiccup","id":"EV_new2","egressInfo":{"egressId":"EG_none","status":"EGRESS_RESTING"}}""")]
    [InlineData("""{"id":"EV_new3"}""")]
    [InlineData("""{"event":"participant_joined","id":"EV_new4"}""")]
    [InlineData("""{"event":"participant_left","id":"EV_new5","participant":{"identity":"not a person"},"room":{"name":"r"}}""")]
    [InlineData("""{"event":"participant_joined","id":"EV_new6","participant":{"identity":"0194-x","sid":"PA_1","attributes":{"participation":"'; drop table people"}},"room":{"name":"r"}}""")]
    [InlineData("""{"event":"ingress_started","id":"EV_new7","createdAt":"-5"}""")]
    [InlineData("""{"event":"ingress_started","id":"EV_new8","createdAt":"9223372036854775807"}""")]
    public async Task Webhook_OfANewerServer_IsPassedOver(string body)
    {
        var id = System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        using var client = portal.SignedIn(null);
        using var request = portal.LiveKit.Hook(Encoding.UTF8.GetBytes(body));

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await CallSteps.EventuallyAsync(() => portal.InDbAsync(db => db.LiveKitEvents.AnyAsync(e => e.Id == id && e.AppliedAt != null && e.Attempts == 1)), "it is done with");
    }

    [Theory]
    [InlineData("{\"event\":\"x\\u0000y\",\"id\":\"\"}")]
    [InlineData("{\"event\":\"x\",\"id\":\"a\\u0000b\"}")]
    [InlineData("{\"event\":\"x\",\"id\":\"naïve‮\"}")]
    [InlineData("long")]
    public async Task Webhook_WithAnIdThatIsNone_IsKnownByItsBytes(string body)
    {
        if (body == "long")
            body = $$"""{"event":"{{new string('e', 5000)}}","id":"{{new string('i', 5000)}}"}""";
        var before = await CountAsync();
        using var client = portal.SignedIn(null);

        for (var i = 0; i < 2; i++)
        {
            using var request = portal.LiveKit.Hook(Encoding.UTF8.GetBytes(body));
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(before + 1, await CountAsync());
    }

    [Fact]
    public async Task Webhook_ThatCannotBeApplied_IsTriedAgainAndThenGivenUp()
    {
        var id = "EV_broken" + Guid.NewGuid().ToString("N");
        var began = DateTimeOffset.UtcNow;
        var past = began.AddSeconds(-1);
        // No event at all: what a mistake of ours would look like.
        await portal.InDbAsync(db => db.Database.ExecuteSqlAsync(
            $"insert into livekit_events (id, name, happened_at, received_at, body, attempts, next_attempt_at) values ({id}, 'x', {past}, {past}, {new byte[] { 0xff }}, 8, {past})"));

        var once = await TriedAsync(id, 9);
        Assert.True(once.NextAttemptAt >= began.AddSeconds(60), $"{once.NextAttemptAt - began}");
        await portal.InDbAsync(db => db.LiveKitEvents.Where(e => e.Id == id).ExecuteUpdateAsync(u => u.SetProperty(e => e.NextAttemptAt, past)));
        var twice = await TriedAsync(id, 10);
        Assert.Equal((null, null), (twice.NextAttemptAt, twice.AppliedAt));
        await CallSteps.EventuallyAsync(
            () => Task.FromResult(portal.Log.Lines.Any(l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains(id, StringComparison.Ordinal) && l.Contains("given up", StringComparison.Ordinal))),
            "it is said");
    }

    /// <summary>The event after that many attempts, whether the test or the portal itself makes the next.</summary>
    private async Task<LiveKitEvent> TriedAsync(string id, int attempts)
    {
        await portal.Get<LiveKitEvents>().ApplyDueAsync(default);
        LiveKitEvent? found = null;
        await CallSteps.EventuallyAsync(
            async () => (found = await portal.InDbAsync(db => db.LiveKitEvents.AsNoTracking().SingleAsync(e => e.Id == id))).Attempts == attempts, $"attempt {attempts}");
        return found!;
    }

    private Task<int> CountAsync() => portal.InDbAsync(db => db.LiveKitEvents.CountAsync());

    private HttpRequestMessage Spoiled(string what)
    {
        var livekit = portal.LiveKit;
        var happened = FakeLiveKit.Event("room_started", e => e.Room = new Room { Name = "never" });
        switch (what)
        {
            case "not JSON":
                return livekit.Hook(Encoding.UTF8.GetBytes("event=room_started"));
            case "a list":
                return livekit.Hook(Encoding.UTF8.GetBytes("[]"));
            case "empty":
                return livekit.Hook([]);
            case "wrong kinds":
                return livekit.Hook(Encoding.UTF8.GetBytes("""{"event":"x","room":[1]}"""));
            case "oversized":
                return livekit.Hook(new byte[WebhookEndpoint.LargestBody + 1]);
            case "oversized without a length":
                var chunked = livekit.Hook(new byte[WebhookEndpoint.LargestBody + 1]);
                chunked.Headers.TransferEncodingChunked = true;
                chunked.Content = new StreamContent(new Endless(WebhookEndpoint.LargestBody + 1));
                return chunked;
        }
        var request = livekit.Hook(what.StartsWith("oversized", StringComparison.Ordinal) ? new byte[WebhookEndpoint.LargestBody + 1] : Encoding.UTF8.GetBytes(Google.Protobuf.JsonFormatter.Default.Format(happened)));
        var good = request.Headers.GetValues("Authorization").Single();
        var token = what switch
        {
            "forged" or "oversized and forged" => new AccessToken(livekit.Key, livekit.Secret + "x").ToJwt(),
            "another key" => new AccessToken("another", livekit.Secret).ToJwt(),
            "unsigned" => good[..(good.LastIndexOf('.') + 1)],
            "no token" => null,
            "expired" => new AccessToken(livekit.Key, livekit.Secret, new Ago(TimeSpan.FromHours(1))).ToJwt(),
            "not yet" => new AccessToken(livekit.Key, livekit.Secret, new Ago(-TimeSpan.FromHours(1))).ToJwt(),
            "no checksum" => new AccessToken(livekit.Key, livekit.Secret).ToJwt(),
            "a browser's token" => new AccessToken(livekit.Key, livekit.Secret).WithIdentity("i").WithGrants(new VideoGrants { RoomJoin = true, Room = "r" }).ToJwt(),
            "an endless token" => new string('a', 20_000),
            _ => good,
        };
        request.Headers.Remove("Authorization");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", token);
        if (what == "wrong body")
        {
            request.Content = new ByteArrayContent("""{"event":"room_started","id":"EV_other"}"""u8.ToArray());
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/webhook+json");
        }
        return request;
    }

    private sealed class Ago(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow - by;
    }

    /// <summary>A body that does not say how long it is.</summary>
    private sealed class Endless(int left) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, left);
            left -= read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
