using CoachingPortal.Domain;

namespace CoachingPortal.IntegrationTests.Insights;

/// <summary>Two people and what they said, to count.</summary>
internal static class SpokenSessions
{
    public static async Task<(Person Coach, Person Founder)> TwoAsync(this Portal portal) =>
        (await portal.APersonAsync("Clara Coach", Role.Coach), await portal.APersonAsync("Finn Founder", Role.Founder));

    /// <summary>Half an hour's call; the two speak in turns, the founder first, 5 of every 10 seconds each. Both measured their connection twice.</summary>
    public static async Task<CoachingSession> SpokenAsync(this Portal portal, Person coach, Person founder, DateTimeOffset at, params string[] texts)
    {
        var session = await portal.ASessionAsync(coach, founder, s => (s.StartsAt, s.EndsAt, s.Title) = (at, at.AddHours(1), $"Session of {at:d MMM}"));
        await portal.InDbAsync(async db =>
        {
            var call = new Call { SessionId = session.Id, StartedAt = at, EndedAt = at.AddMinutes(30) };
            db.Add(call);
            await db.SaveChangesAsync();
            foreach (var person in new[] { founder, coach })
            {
                var participation = new Participation
                {
                    CallId = call.Id, SessionId = session.Id, PersonId = person.Id, Role = person.Role, TabId = "t", CreatedAt = at, JoinedAt = at, LastSeenAt = at, EndedAt = call.EndedAt, EndReason = EndReason.Left,
                };
                db.Add(participation);
                await db.SaveChangesAsync();
                // 90 on average for the founder, of which none is poor; 70 for the coach, of which one is.
                db.AddRange(new[] { 5, 10 }.Select(s => new ConnectionSample
                {
                    ParticipationId = participation.Id, SessionId = session.Id, At = at.AddSeconds(s), RttMs = person == founder ? null : 100, Loss = 0.02f, JitterMs = 4,
                    Score = (short)(person == founder ? 90 : s == 5 ? 100 : 40),
                }));
            }
            db.AddRange(texts.Select((text, i) => (i % 2 == 0 ? founder : coach) is var who ? new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = who.Id, Speaker = who.Name, Role = who.Role, Text = text, Source = TurnSource.Caption, Key = $"{i}",
                StartedAt = at.AddSeconds(10 * i), EndedAt = at.AddSeconds(10 * i + 5),
            } : null!));
            await db.SaveChangesAsync();
        });
        return session;
    }
}
