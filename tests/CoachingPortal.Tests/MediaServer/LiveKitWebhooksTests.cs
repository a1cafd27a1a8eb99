using System.Security.Cryptography;
using System.Text;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Tests.MediaServer;

public sealed class LiveKitWebhooksTests
{
    private const string Key = "devkey";
    private const string Secret = "a secret of more than thirty-two characters";

    [Fact]
    public void Read_ABodyThatWasSigned_IsTheEvent()
    {
        Assert.Equal("EV_1", Receive("""{"event":"room_started","id":"EV_1","room":{"sid":"RM_1","name":"r"}}""").Id);
        Assert.Equal("x", Webhooks.Verify("Bearer " + Signed(t => t.WithSha256("x"))));
    }

    [Fact]
    public void Read_ABodyChangedByOneByte_Refuses() =>
        Assert.Equal(WebhookFault.Checksum, Assert.Throws<WebhookException>(() => LiveKitWebhooks.Read("{ }"u8, Convert.ToBase64String(SHA256.HashData("{}"u8)))).Fault);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("not base64 at all")]
    [InlineData("AAAA")]
    public void Read_UnderNoChecksum_Refuses(string? checksum) =>
        Assert.Equal(WebhookFault.Checksum, Assert.Throws<WebhookException>(() => LiveKitWebhooks.Read("{}"u8, checksum)).Fault);

    [Fact]
    public void Verify_ATokenThatIsNotGood_SaysWhy()
    {
        var now = DateTime.UtcNow;
        Assert.Equal(WebhookFault.Missing, Fault(""));
        Assert.Equal(WebhookFault.Malformed, Fault("not a token"));
        Assert.Equal(WebhookFault.Malformed, Fault("a.b.c"));
        Assert.Equal(WebhookFault.Signature, Fault(new AccessToken(Key, Secret + "x").ToJwt()));
        Assert.Equal(WebhookFault.Issuer, Fault(new AccessToken("another", Secret).ToJwt()));
        Assert.Equal(WebhookFault.Expired, Fault(Signed(t => t.WithNotBefore(now.AddHours(-2)).WithExpiration(now.AddMinutes(-1)))));
        Assert.Equal(WebhookFault.TooEarly, Fault(Signed(t => t.WithNotBefore(now.AddMinutes(1)).WithExpiration(now.AddHours(1)))));
    }

    [Theory]
    [InlineData("""{"event":"room_started","id":"EV_2","newer":{"deep":[1,2]},"room":{"sid":"RM_1","newer":"x"}}""")]
    [InlineData("""{"event":"something_new","id":"EV_2"}""")]
    [InlineData("""{"event":"participant_left","id":"EV_2","participant":{"sid":"PA_1","kind":"HOLOGRAM","disconnectReason":"BORED"}}""")]
    [InlineData("""{"event":"egress_ended","id":"EV_2","egressInfo":{"status":"EGRESS_RESTING","sourceType":"EGRESS_SOURCE_TYPE_SDK"}}""")]
    public void Read_WhatANewerServerAdds_IsPassedOver(string body) => Assert.Equal("EV_2", Receive(body).Id);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("\"event\"")]
    [InlineData("""{"event":7}""")]
    [InlineData("""{"event":"x","room":"r"}""")]
    [InlineData("""{"event":"x","createdAt":"yesterday"}""")]
    [InlineData("""{"event":"x","participant":{"attributes":{"a":1}}}""")]
    public void Read_WhatIsNoEvent_SaysSo(string body) => Assert.Equal(WebhookFault.Body, Assert.Throws<WebhookException>(() => Receive(body)).Fault);

    [Fact]
    public void Read_AnEndlesslyNestedBody_SaysSo() =>
        Assert.Equal(WebhookFault.Body, Assert.Throws<WebhookException>(() => Receive("{\"newer\":" + string.Concat(Enumerable.Repeat("[", 100_000)))).Fault);

    private static LiveKitWebhooks Webhooks => new(Key, Secret, TimeProvider.System);

    private static WebhookFault Fault(string header) => Assert.Throws<WebhookException>(() => Webhooks.Verify(header)).Fault;

    private static string Signed(Func<AccessToken, AccessToken> with) => with(new AccessToken(Key, Secret)).ToJwt();

    private static WebhookEvent Receive(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return LiveKitWebhooks.Read(bytes, Webhooks.Verify(Signed(t => t.WithSha256(Convert.ToBase64String(SHA256.HashData(bytes))))));
    }
}
