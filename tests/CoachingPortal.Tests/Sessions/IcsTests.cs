using System.Text;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;

namespace CoachingPortal.Tests.Sessions;

public sealed class IcsTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-03-29T01:00:00Z", null);

    private static CoachingSession ASession(string title) => new()
    {
        Title = title,
        CoachId = Ids.New(),
        FounderId = Ids.New(),
        StartsAt = Start,
        EndsAt = Start.AddHours(1),
        RoomName = "room",
        CreatedAt = Start.AddDays(-1),
    };

    private static string Write(CoachingSession session) => Ics.Write(session, "Carla, Coach", "Fiona", new("https://portal.test/sessions/1/call"), Start.AddHours(-1));

    private static string Unfold(string text) => text.Replace("\r\n ", "", StringComparison.Ordinal);

    [Fact]
    public void Write_Session_CarriesUtcTimesAndLink()
    {
        var lines = Unfold(Write(ASession("Pricing"))).Split("\r\n");

        Assert.Contains("DTSTART:20260329T010000Z", lines);
        Assert.Contains("DTEND:20260329T020000Z", lines);
        Assert.Contains("URL:https://portal.test/sessions/1/call", lines);
        Assert.Contains("STATUS:CONFIRMED", lines);
        Assert.Equal("END:VCALENDAR", lines[^2]);
        Assert.DoesNotContain('\n', string.Concat(lines));
    }

    [Fact]
    public void Write_TitleWithSpecialCharacters_EscapesThemAndStaysOneLine()
    {
        var text = Unfold(Write(ASession("One; two, three \\ four\r\nATTENDEE:evil")));

        Assert.Contains("SUMMARY:One\\; two\\, three \\\\ four\\nATTENDEE:evil\r\n", text, StringComparison.Ordinal);
        Assert.Contains("DESCRIPTION:Fiona and Carla\\, Coach\\nJoin: https", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LongTitleInAnyScript_FoldsAt75OctetsBetweenCharacters()
    {
        var title = string.Concat(Enumerable.Repeat("Überlänge 🎯 価格 ", 11)).Trim();

        var text = Write(ASession(title));

        Assert.All(text.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        Assert.Contains("SUMMARY:" + title, Unfold(text), StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Write_CancelledSession_SaysSo()
    {
        var session = ASession("Pricing");
        session.CancelledAt = Start;

        Assert.Contains("STATUS:CANCELLED", Write(session), StringComparison.Ordinal);
    }
}
