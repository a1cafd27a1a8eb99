using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests;

public sealed class TokenVerifierTests
{
    private readonly StandingClock _clock = new(Golden.MadeAt);

    [Fact]
    public void Verify_AWebhooksTokenAnotherProgramSigned_VouchesForItsBody() => Assert.Equal(
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Golden.HookBody)),
        new TokenVerifier(Golden.Key, Golden.Secret, null, new StandingClock(Golden.MadeAt)).Verify(Golden.Hook).Sha256);

    [Fact]
    public void Verify_ATokenAnotherProgramMade_ReadsIt()
    {
        var claims = Verifier().Verify(Golden.Join);

        Assert.Equal("0194-founder", claims.Identity);
        Assert.Equal("Zoë", claims.Name);
        Assert.Equal("p-1", claims.Attributes["participation"]);
        Assert.Equal("session-1", claims.Video.Room);
        Assert.True(claims.Video.RoomJoin);
        Assert.False(claims.Video.RoomAdmin);
    }

    [Fact]
    public void Verify_ATokenOfLiveKitsNodeSdk_ReadsIt()
    {
        _clock.Now = Golden.NodeMadeAt;

        var claims = Verifier().Verify("Bearer " + Golden.Node);

        Assert.Equal("node-1", claims.Identity);
        Assert.Equal("m", claims.Metadata);
        Assert.False(claims.Video.CanPublish);
        Assert.False(claims.Video.CanPublishData);
        Assert.True(claims.Video.CanSubscribe);
        Assert.Equal(["microphone"], claims.Video.CanPublishSources);
        Assert.Equal("fred", Assert.Single(claims.RoomConfig!.Agents).AgentName);
    }

    [Theory]
    [InlineData(609, null)]
    [InlineData(610, TokenFault.Expired)]
    [InlineData(-10, null)]
    [InlineData(-11, TokenFault.TooEarly)]
    public void Verify_AtTheEdgesOfItsTime_AllowsTenSecondsOfOddClocks(int seconds, TokenFault? fault)
    {
        _clock.Now = Golden.MadeAt.AddSeconds(seconds);

        Assert.Equal(fault, Fault(Golden.Join));
    }

    [Fact]
    public void Verify_UnderAnotherSecretOrKey_Refuses()
    {
        Assert.Equal(TokenFault.Signature, Assert.Throws<InvalidTokenException>(() => new TokenVerifier(Golden.Key, "another", null, _clock).Verify(Golden.Join)).Fault);
        Assert.Equal(TokenFault.Issuer, Assert.Throws<InvalidTokenException>(() => new TokenVerifier("APIother", Golden.Secret, null, _clock).Verify(Golden.Join)).Fault);
    }

    [Fact]
    public void Verify_AnyChangedCharacter_Refuses()
    {
        // The last one of the signature carries two bits that mean nothing.
        for (var at = 0; at < Golden.Join.Length - 1; at++)
        {
            var changed = Golden.Join.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.NotNull(Fault(new string(changed)));
        }
    }

    [Theory]
    [InlineData("""{"alg":"none"}""", TokenFault.Algorithm)]
    [InlineData("""{"alg":"HS512","typ":"JWT"}""", TokenFault.Algorithm)]
    [InlineData("""{"alg":"hs256"}""", TokenFault.Algorithm)]
    [InlineData("""{"alg":"HS256","crit":["b64"]}""", TokenFault.Algorithm)]
    [InlineData("""{"alg":["HS256"]}""", TokenFault.Algorithm)]
    [InlineData("[]", TokenFault.Algorithm)]
    [InlineData("{", TokenFault.Algorithm)]
    [InlineData("""{"typ":"JWT","alg":"HS256"}""", null)]
    public void Verify_WhateverTheHeaderAsks_TakesHs256Alone(string header, TokenFault? fault) =>
        Assert.Equal(fault, Fault(Signed(header, """{"iss":"APIgolden","exp":1767225700}""")));

    [Theory]
    [InlineData("""{"iss":"APIgolden"}""", TokenFault.Expired)]
    [InlineData("""{"iss":"APIgolden","exp":"1767225700"}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1e300}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700.5}""", null)]
    [InlineData("""{"exp":1767225700}""", TokenFault.Issuer)]
    [InlineData("""{"iss":7,"exp":1767225700}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"video":"all"}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"video":{"roomJoin":"yes"}}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"attributes":["a"]}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"roomConfig":{"emptyTimeout":"soon"}}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"roomConfig":[]}""", TokenFault.Malformed)]
    [InlineData("""{"iss":"APIgolden","exp":1767225700,"video":null,"roomConfig":{"newer":{"x":1}},"newer":[1]}""", null)]
    [InlineData("[]", TokenFault.Malformed)]
    [InlineData("{", TokenFault.Malformed)]
    [InlineData("", TokenFault.Malformed)]
    public void Verify_ClaimsOfAnyKind_SaysWhatIsWrong(string claims, TokenFault? fault) => Assert.Equal(fault, Fault(Signed("""{"alg":"HS256"}""", claims)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("é.ü.ñ")]
    [InlineData("a.b.c")]
    [InlineData("Bearer ")]
    [InlineData("!!.!!.!!")]
    public void Verify_WhatIsNoToken_Refuses(string token) => Assert.NotNull(Fault(token));

    [Fact]
    public void Verify_AnEndlessToken_IsNotEvenHashed() => Assert.Equal(TokenFault.Malformed, Fault(new string('a', 100_000)));

    private static string Signed(string header, string claims)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Golden.Secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private TokenVerifier Verifier() => new(Golden.Key, Golden.Secret, null, _clock);

    private TokenFault? Fault(string token)
    {
        try
        {
            Verifier().Verify(token);
            return null;
        }
        catch (InvalidTokenException e)
        {
            return e.Fault;
        }
    }
}
