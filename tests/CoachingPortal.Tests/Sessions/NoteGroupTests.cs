using CoachingPortal.Domain;
using CoachingPortal.Sessions;

namespace CoachingPortal.Tests.Sessions;

public sealed class NoteGroupTests
{
    private static readonly Guid Founder = Guid.NewGuid();
    private static readonly Guid Coach = Guid.NewGuid();

    [Fact]
    public void Of_OneTalk_IsOneGroupWhateverRowsItCameIn()
    {
        var groups = NoteGroup.Of([Fred(Founder, 0), Fred(Founder, 1), Fred(Founder, 20), Fred(Founder, 80)]);

        Assert.Equal([3, 1], groups.Select(g => g.Entries.Count));
    }

    [Fact]
    public void Of_SomebodyElsesTalkOrAWrittenNote_StandsApart()
    {
        var groups = NoteGroup.Of([Fred(Founder, 0), Fred(Coach, 1), Note(2), Note(3), Fred(Founder, 4)]);

        Assert.Equal([1, 1, 1, 1, 1], groups.Select(g => g.Entries.Count));
    }

    private static NoteLine Note(int minute) => Line(NoteKind.Manual, Founder, minute);

    private static NoteLine Fred(Guid author, int minute) => Line(NoteKind.Fred, author, minute);

    private static NoteLine Line(NoteKind kind, Guid author, int minute) => new(
        Guid.NewGuid(), kind, author == Coach ? NoteVisibility.Coach : NoteVisibility.Shared, author, kind == NoteKind.Fred ? ChatRole.Fred : null, "Words",
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero).AddMinutes(minute), null, (uint)minute);
}
