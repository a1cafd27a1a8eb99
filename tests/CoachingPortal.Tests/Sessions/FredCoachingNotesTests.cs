using Bunit;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;

namespace CoachingPortal.Tests.Sessions;

public sealed class FredCoachingNotesTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Messages_ThoseThatWereRecorded_PlayTheirMoment()
    {
        ComponentFactories.AddStub<LocalTime>();
        var founder = new PersonLine(Guid.NewGuid(), "Fiona");
        var head = new SessionHead(Guid.NewGuid(), "Pricing", Role.Founder, founder, new(Guid.NewGuid(), "Carla"), Start, Start.AddHours(1), "scheduled", [], null, null, null, "0", null, false);
        DateTimeOffset? played = null;

        var notes = Render<FredCoachingNotes>(p => p.Add(n => n.Head, head)
            .Add(n => n.Chat, [Said(founder, Start.AddMinutes(1)), Said(founder, Start.AddMinutes(2))])
            .Add(n => n.CanPlay, at => at < Start.AddSeconds(90))
            .Add(n => n.OnPlay, at => played = at));

        Assert.Equal([Start.AddMinutes(1).ToUnixTimeMilliseconds(), Start.AddMinutes(2).ToUnixTimeMilliseconds()],
            notes.FindAll("[data-moments] > [data-moment]").Select(m => long.Parse(m.GetAttribute("data-moment")!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Single(notes.FindAll("[data-testid=fred-notes-play]")).Click();
        Assert.Equal(Start.AddMinutes(1), played);
    }

    private static ChatLine Said(PersonLine person, DateTimeOffset at) => new(Guid.NewGuid(), person.Id, ChatRole.Fred, "And now?", at, false);
}
