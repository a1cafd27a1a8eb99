using System.Text;

namespace Livekit.Server.Sdk.Tests;

/// <summary>Constants that another program computed, so that a mistake of ours is not held against itself.</summary>
internal static class Golden
{
    public const string Key = "APIgolden";
    public const string Secret = "golden-secret-of-thirty-two-chars";

    /// <summary>1 January 2026, 00:00 UTC: the time at which <see cref="Join"/> and <see cref="Hook"/> were made.</summary>
    public static readonly DateTimeOffset MadeAt = DateTimeOffset.FromUnixTimeSeconds(1767225600);

    // Node 20: b64url(header) + '.' + b64url(claims) + '.' + crypto.createHmac('sha256', secret).update(both).digest('base64url'),
    // with the header {"alg":"HS256","typ":"JWT"} and the claims written out by hand.
    public const string Join =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElnb2xkZW4iLCJuYmYiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyNjIwMCwic3ViIjoiMDE5NC1mb3VuZGVyIiwibmFtZSI6Ilpvw6siLCJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZSwicm9vbSI6InNlc3Npb24tMSIsImNhblB1Ymxpc2giOnRydWUsImNhblN1YnNjcmliZSI6dHJ1ZSwiY2FuUHVibGlzaERhdGEiOnRydWUsImNhblVwZGF0ZU93bk1ldGFkYXRhIjpmYWxzZX0sImF0dHJpYnV0ZXMiOnsicGFydGljaXBhdGlvbiI6InAtMSIsInJvbGUiOiJmb3VuZGVyIn19.Z1fMx_A5mDeCt5Q2t_KkMHpH5H_Job432dRr1qVIgDw";

    // npm's livekit-server-sdk 2.19.2: new AccessToken(key, secret, { identity: 'node-1', name: 'Node', ttl: '100y',
    // attributes: { a: 'b' }, metadata: 'm' }), the grant { roomJoin: true, room: 'r', canPublish: false,
    // canPublishSources: [MICROPHONE] } and a roomConfig with one agent, on 21 November 2026.
    public const string Node =
        "eyJhbGciOiJIUzI1NiJ9.eyJtZXRhZGF0YSI6Im0iLCJhdHRyaWJ1dGVzIjp7ImEiOiJiIn0sIm5hbWUiOiJOb2RlIiwidmlkZW8iOnsicm9vbUpvaW4iOnRydWUsInJvb20iOiJyIiwiY2FuUHVibGlzaCI6ZmFsc2UsImNhblB1Ymxpc2hTb3VyY2VzIjpbIm1pY3JvcGhvbmUiXX0sInJvb21Db25maWciOnsibmFtZSI6ImNmZyIsImVtcHR5VGltZW91dCI6MCwiZGVwYXJ0dXJlVGltZW91dCI6MCwibWF4UGFydGljaXBhbnRzIjowLCJtaW5QbGF5b3V0RGVsYXkiOjAsIm1heFBsYXlvdXREZWxheSI6MCwic3luY1N0cmVhbXMiOmZhbHNlLCJhZ2VudHMiOlt7ImFnZW50TmFtZSI6ImZyZWQiLCJtZXRhZGF0YSI6IngiLCJyZXN0YXJ0UG9saWN5IjoiSlJQX09OX0ZBSUxVUkUiLCJkZXBsb3ltZW50IjoiIiwiYXR0cmlidXRlcyI6e319XSwibWV0YWRhdGEiOiIiLCJ0YWdzIjp7fX0sImlzcyI6IkFQSWdvbGRlbiIsImV4cCI6NDk1MTAxMzM4MiwibmJmIjoxNzk1MjUzMzgyLCJzdWIiOiJub2RlLTEifQ.Egm-CwgHBf7gODwLAWhb0gPFP5f8UJ4zwB9uTB_0n7I";

    public static readonly DateTimeOffset NodeMadeAt = DateTimeOffset.FromUnixTimeSeconds(1795253382);

    /// <summary>A webhook's body as LiveKit writes it.</summary>
    public static readonly byte[] HookBody = Encoding.UTF8.GetBytes(
        """{"event":"participant_left","room":{"sid":"RM_1","name":"session-1","creationTime":"1767225600"},"participant":{"sid":"PA_1","identity":"0194-founder","state":"DISCONNECTED","attributes":{"participation":"p-1"},"disconnectReason":"CLIENT_INITIATED"},"id":"EV_1","createdAt":"1767225601"}""");

    // Made as Join, with crypto.createHash('sha256').update(body).digest('base64') as the claim sha256.
    public const string Hook =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElnb2xkZW4iLCJuYmYiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyNTkwMCwidmlkZW8iOm51bGwsInNoYTI1NiI6IkhMaFc1cTdBMUxhV1gyK01JS01RMTRGK1RHcEJQSWtoZnE1dlllQThXUnc9In0.Iwro53llz9mnapKBzbh6JIEQ-oAyQwUz-U5bPBu1NQI";
}

/// <summary>A clock that stands where it is put.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
