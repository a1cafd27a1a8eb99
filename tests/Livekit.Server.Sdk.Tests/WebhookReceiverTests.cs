using System.Security.Cryptography;
using System.Text;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests;

public sealed class WebhookReceiverTests
{
    private readonly StandingClock _clock = new(Golden.MadeAt);

    [Fact]
    public void Receive_AWebhookAnotherProgramSigned_ReadsIt()
    {
        var heard = Receiver().Receive(Golden.HookBody, Golden.Hook);

        Assert.Equal("participant_left", heard.Event);
        Assert.Equal("EV_1", heard.Id);
        Assert.Equal(1767225601, heard.CreatedAt);
        Assert.Equal("session-1", heard.Room.Name);
        Assert.Equal("PA_1", heard.Participant.Sid);
        Assert.Equal(ParticipantInfo.Types.State.Disconnected, heard.Participant.State);
        Assert.Equal(DisconnectReason.ClientInitiated, heard.Participant.DisconnectReason);
        Assert.Equal("p-1", heard.Participant.Attributes["participation"]);
    }

    [Fact]
    public void Receive_ABodyChangedByOneByte_Refuses()
    {
        var body = Golden.HookBody.ToArray();
        body[^2] ^= 1;

        Assert.Equal(TokenFault.Checksum, Fault(body, Golden.Hook));
    }

    [Fact]
    public void Receive_WithoutAToken_Refuses()
    {
        Assert.Equal(TokenFault.Missing, Fault(Golden.HookBody, null));
        Assert.Equal(TokenFault.Missing, Fault(Golden.HookBody, ""));
    }

    [Fact]
    public void Receive_ALateWebhook_Refuses()
    {
        _clock.Now = Golden.MadeAt.AddMinutes(10);

        Assert.Equal(TokenFault.Expired, Fault(Golden.HookBody, Golden.Hook));
    }

    [Fact]
    public void Receive_AJoiningTokenForAHook_Refuses() => Assert.Equal(TokenFault.Checksum, Fault(Golden.HookBody, Golden.Join));

    [Theory]
    [InlineData("""{"event":"room_started","id":"EV_2","newer":{"deep":[1,2]},"room":{"sid":"RM_1","newer":"x"}}""")]
    [InlineData("""{"event":"something_new","id":"EV_2"}""")]
    [InlineData("""{"event":"participant_left","id":"EV_2","participant":{"sid":"PA_1","kind":"HOLOGRAM","disconnectReason":"BORED"}}""")]
    [InlineData("""{"event":"egress_ended","id":"EV_2","egressInfo":{"status":"EGRESS_RESTING","sourceType":"EGRESS_SOURCE_TYPE_SDK"}}""")]
    public void Receive_WhatANewerServerAdds_IsPassedOver(string body) => Assert.Equal("EV_2", Receive(body).Id);

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
    public void Receive_WhatIsNoEvent_SaysSo(string body) => Assert.Equal(TokenFault.Body, Assert.Throws<InvalidTokenException>(() => Receive(body)).Fault);

    [Fact]
    public void Receive_AnEndlesslyNestedBody_SaysSo() =>
        Assert.Equal(TokenFault.Body, Assert.Throws<InvalidTokenException>(() => Receive("{\"newer\":" + string.Concat(Enumerable.Repeat("[", 100_000)))).Fault);

    private WebhookReceiver Receiver() => new(Golden.Key, Golden.Secret, null, _clock);

    private WebhookEvent Receive(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var token = new AccessToken(Golden.Key, Golden.Secret, _clock).WithSha256(Convert.ToBase64String(SHA256.HashData(bytes))).ToJwt();
        return Receiver().Receive(bytes, token);
    }

    private TokenFault Fault(byte[] body, string? header) => Assert.Throws<InvalidTokenException>(() => Receiver().Receive(body, header)).Fault;
}
