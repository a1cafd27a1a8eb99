using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Sessions;

public sealed class SessionSceneTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ASession_ShowsWhoSpokeWhenAndWhereEachMarkBelongs()
    {
        Guid fiona = Guid.NewGuid(), carla = Guid.NewGuid(), comment = Guid.NewGuid();
        DateTimeOffset At(int seconds) => Start.AddSeconds(seconds);
        var head = new SessionHead(Guid.NewGuid(), "Pricing", Role.Founder, new(fiona, "Fiona"), new(carla, "Carla"), Start, Start.AddHours(1), "scheduled", [], null, null, null, "0", null, false);
        ItemLine Item(ItemKind kind, string text, params int[] evidence) =>
            new(Guid.NewGuid(), kind, text, null, null, null, SummarySource.Model, false, false, [.. evidence.Select(e => new EvidenceLine(Guid.NewGuid(), null, "Fiona", At(e), "Words."))], 0, 1);
        ChatLine Chat(ChatRole role, string text, int at) => new(Guid.NewGuid(), fiona, role, text, At(at), false);
        CommentLine Comment(Guid id, Guid? replyTo, string text, bool isDeleted = false) => new(id, carla, replyTo, At(50), text, At(900), null, isDeleted, 1);
        TurnLine Turn(Role? role, string who, int from, int to) => new(Guid.NewGuid(), null, who, role, "Words.", At(from), null, null, At(to));

        var scene = SessionScene.Of(new(
            head,
            [Item(ItemKind.OpenQuestion, "Who tells them?", 40), Item(ItemKind.Decision, "Ninety", 20, 5), Item(ItemKind.NextAction, "Write the page", 30), Item(ItemKind.Decision, "By hand")],
            [],
            [Chat(ChatRole.Founder, "What now?", 9), Chat(ChatRole.Fred, $"Ask them. {new string('x', 50)} and {new string('y', 50)}", 10)],
            [Turn(Role.Coach, "Carla", 0, 4), Turn(Role.Founder, "Fiona", 5, 9), Turn(null, "FRED", 10, 12)],
            new([], [], [], null))
        {
            Comments = [Comment(comment, null, "Listen here"), Comment(Guid.NewGuid(), comment, "I did"), Comment(Guid.NewGuid(), null, "", isDeleted: true)],
        });

        Assert.Equal([new Voice(At(0), At(4), Role.Coach, "Carla"), new(At(5), At(9), Role.Founder, "Fiona"), new(At(10), At(12), null, "FRED")], scene.Voices);
        Assert.Equal(
            [
                new Mark(At(10), MarkKind.Fred, $"Ask them. {new string('x', 50)} and…"), new(At(20), MarkKind.Decision, "Ninety"), new(At(30), MarkKind.Action, "Write the page"),
                new(At(40), MarkKind.Question, "Who tells them?"), new(At(50), MarkKind.Comment, "Listen here"),
            ],
            scene.Marks);
    }
}
