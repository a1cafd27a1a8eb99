using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts.Search;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

/// <summary>Search in what was written of a session, beside what was said in it.</summary>
public sealed class WrittenSearchTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private static Caller Of(Person person) => new(person.Id, person.Role, person.Name);

    private async Task<(Person Coach, Person Founder)> TwoAsync() =>
        (await portal.APersonAsync("Clara Coach", Role.Coach), await portal.APersonAsync("Finn Founder", Role.Founder));

    /// <summary>A session in which every kind of text that people write holds the word once, and one word beside it.</summary>
    private async Task<CoachingSession> WrittenAsync(Person coach, Person founder, string word, DateTimeOffset? at = null)
    {
        var start = at ?? Start;
        var session = await portal.ASessionAsync(coach, founder, s =>
            (s.StartsAt, s.EndsAt, s.Title, s.Tags, s.Summary) = (start, start.AddHours(1), $"The {word} talk", ["growth", $"{word}s, {word}"], $"They spoke of the {word} at length."));
        await portal.InDbAsync(db =>
        {
            var position = 0;
            SessionItem Item(ItemKind kind, string text) => new() { SessionId = session.Id, Kind = kind, Text = text, Source = SummarySource.Hand, Position = position++, CreatedAt = start };
            NoteEntry Note(NoteVisibility visibility, string text) => new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = visibility, AuthorId = coach.Id, Text = text, CreatedAt = start };
            var removed = Item(ItemKind.Decision, $"A removed {word}");
            removed.RemovedAt = start;
            var deleted = Comment($"A deleted {word}");
            deleted.DeletedAt = start;
            db.AddRange(
                Item(ItemKind.Decision, $"Buy a {word}"), removed, Item(ItemKind.NextAction, $"Feed the {word}"), Item(ItemKind.OpenQuestion, $"Who keeps the {word}?"),
                Note(NoteVisibility.Shared, $"A shared {word}"), Note(NoteVisibility.Coach, $"A private {word}"), Comment($"A fine {word}"), deleted);
            return db.SaveChangesAsync();

            Comment Comment(string text) => new() { Id = Ids.New(), SessionId = session.Id, AuthorId = founder.Id, At = start, Text = text, CreatedAt = start };
        });
        return session;
    }

    private Task<SearchResult> FindAsync(Person who, string text, Func<SearchRequest, SearchRequest>? narrowed = null) =>
        portal.Get<TranscriptSearch>().FindAsync(Of(who), (narrowed ?? (r => r))(new(text, TimeZoneInfo.Utc)));

    private static string Plain(WrittenHit hit) => $"{hit.Kind}: {string.Concat(hit.Snippet.Select(p => p.IsHit ? $"[{p.Text}]" : p.Text))}";

    [Fact]
    public async Task Find_WrittenByFounderOrCoach_ShowsEachKindAndLeadsToItsPlace()
    {
        var (coach, founder) = await TwoAsync();
        var session = await WrittenAsync(coach, founder, "ocelot");

        var hits = (await FindAsync(founder, "OCELOT")).Written;

        Assert.Equal(
            [
                "Title: The [ocelot] talk", "Tag: growth, ocelots, [ocelot]", "Summary: They spoke of the [ocelot] at length.", "Decision: Buy a [ocelot]", "NextAction: Feed the [ocelot]",
                "OpenQuestion: Who keeps the [ocelot]?", "Note: A shared [ocelot]", "Comment: A fine [ocelot]",
            ], hits.Select(Plain));
        Assert.All(hits, h => Assert.Equal((session.Id, "The ocelot talk", Start, "Clara Coach"), (h.SessionId, h.Title, h.SessionStartsAt, h.With)));
        Assert.Equal(
            ["", "", "#summary-title", "#items-decisions", "#items-actions", "#items-questions", "#notes-title", "#comments-title"],
            hits.Select(h => h.Address.Replace($"/sessions/{session.Id}", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Find_NotesOfTheCoachAlone_AreNeverTheFounders()
    {
        var (coach, founder) = await TwoAsync();
        await WrittenAsync(coach, founder, "platypus");

        Assert.Equal(["Note: A [private] [platypus]"], (await FindAsync(coach, "private platypus")).Written.Select(Plain));
        Assert.Empty((await FindAsync(founder, "private platypus")).Written);
        // To be a coach of others is not to be the coach of this session.
        var second = await WrittenAsync(await portal.APersonAsync("Carl Coach", Role.Coach), coach, "wombat");
        Assert.Equal(second.Id, Assert.Single((await FindAsync(coach, "shared wombat")).Written).SessionId);
        Assert.Empty((await FindAsync(coach, "private wombat")).Written);
    }

    [Fact]
    public async Task Find_DeletedOrRemoved_IsNotFound()
    {
        var (coach, founder) = await TwoAsync();
        var session = await WrittenAsync(coach, founder, "lynx");

        foreach (var who in new[] { coach, founder })
            foreach (var text in new[] { "deleted lynx", "removed lynx" })
                Assert.Empty((await FindAsync(who, text)).Written);
        Assert.Equal(Outcome.Done, await portal.Get<SessionDeletion>().DeleteAsync(session.Id, Of(coach)));
        Assert.Empty((await FindAsync(coach, "lynx")).Written);
    }

    [Fact]
    public async Task Find_ByEveryone_SeesOwnSessionsAlone()
    {
        var (coach, founder) = await TwoAsync();
        var (otherCoach, otherFounder) = await TwoAsync();
        var own = await WrittenAsync(coach, founder, "zebra");
        var second = await WrittenAsync(coach, otherFounder, "zebra", Start.AddDays(1));
        await WrittenAsync(otherCoach, otherFounder, "zebra", Start.AddDays(2));

        async Task<Guid[]> SeenBy(Person who) => [.. (await FindAsync(who, "buy zebra")).Written.Select(h => h.SessionId)];

        Assert.Equal([second.Id, own.Id], await SeenBy(coach));
        Assert.Equal([own.Id], await SeenBy(founder));
        Assert.Equal(2, (await SeenBy(otherFounder)).Length);
        Assert.DoesNotContain(own.Id, await SeenBy(otherFounder));
        Assert.Empty(await SeenBy(portal.Admin));
        Assert.Empty(await SeenBy(portal.Founder));
    }

    [Fact]
    public async Task Find_Narrowed_KeepsToPersonAndDaysAndLeavesItOutWhereASpeakerOrALaterPageIsAskedFor()
    {
        var (coach, founder) = await TwoAsync();
        var other = await portal.APersonAsync("Olga Founder", Role.Founder);
        var first = await WrittenAsync(coach, founder, "lighthouse");
        var second = await WrittenAsync(coach, other, "lighthouse", Start.AddDays(2));

        async Task<Guid[]> With(Func<SearchRequest, SearchRequest> narrowed) => [.. (await FindAsync(coach, "feed lighthouse", narrowed)).Written.Select(h => h.SessionId)];

        Assert.Equal([second.Id, first.Id], await With(r => r));
        Assert.Equal([second.Id], await With(r => r with { PersonId = other.Id }));
        Assert.Equal([first.Id], await With(r => r with { To = new(2026, 3, 2) }));
        Assert.Equal([second.Id], await With(r => r with { From = new(2026, 3, 3) }));
        Assert.Empty(await With(r => r with { Speaker = Role.Coach }));
        Assert.Empty(await With(r => r with { After = new SearchCursor(false, DateTimeOffset.UtcNow, Ids.New(), DateTimeOffset.UtcNow, Ids.New()).ToString() }));
    }

    [Fact]
    public async Task Find_MoreThanFit_KeepsTheNewestSessionsInOneTextEachWithAllWords()
    {
        var (coach, founder) = await TwoAsync();
        for (var day = 0; day < 3; day++)
            await WrittenAsync(coach, founder, "pelican", Start.AddDays(day));

        var hits = (await FindAsync(coach, "pelican")).Written;

        Assert.Equal(WrittenSearch.Most, hits.Count);
        Assert.All(hits, h => Assert.Equal(Start.AddDays(2), h.SessionStartsAt));
        // One word of the title and one of the summary are not said in one place.
        Assert.Empty((await FindAsync(coach, "talk length")).Written);
        Assert.Equal(["Summary: They [spoke] [of] [the] [pelican] at length."], (await FindAsync(coach, "\"spoke of the pelican\"")).Written.Select(Plain).Distinct());
    }

    [Fact]
    public async Task Find_PageByPage_ShowsEachOnceAndToEachTheirOwn()
    {
        var (coach, founder) = await TwoAsync();
        for (var day = 0; day < 5; day++)
            await WrittenAsync(coach, founder, "heron", Start.AddDays(day / 2)); // two begin together
        await WrittenAsync(coach, await portal.APersonAsync("Olga Founder", Role.Founder), "heron", Start.AddDays(1));

        foreach (var (who, whole) in new[] { (coach, 6 * 9), (founder, 5 * 8) })
        {
            List<WrittenHit> seen = [];
            List<int> sizes = [];
            for (string? after = null; sizes.Count == 0 || after is not null;)
            {
                var page = await FindAsync(who, "heron", r => r with { After = after });
                Assert.Empty(page.Hits);
                seen.AddRange(page.Written);
                sizes.Add(page.Written.Count);
                after = page.NextWritten;
            }
            Assert.Equal(whole, seen.Count);
            Assert.Equal([WrittenSearch.Most, TranscriptSearch.PageSize, Math.Min(whole - 28, 20)], sizes.Take(3));
            Assert.Equal(seen.Count, seen.Select(h => (h.SessionId, Plain(h))).Distinct().Count());
            Assert.Equal(seen.OrderByDescending(h => h.SessionStartsAt).Select(h => h.SessionStartsAt), seen.Select(h => h.SessionStartsAt));
            Assert.Equal(who == coach, seen.Exists(h => Plain(h).Contains("private", StringComparison.Ordinal)));
        }
        // Where another's page ended, nobody sees more than their own.
        var theirs = (await FindAsync(coach, "heron")).NextWritten;
        Assert.Empty((await FindAsync(portal.Founder, "heron", r => r with { After = theirs })).Written);
    }

    [Fact]
    public async Task Page_OfMoreThanFit_LeadsToTheRestAndBack()
    {
        var (coach, founder) = await TwoAsync();
        for (var day = 0; day < 2; day++)
            await WrittenAsync(coach, founder, "curlew", Start.AddDays(day));
        using var client = portal.SignedIn(founder);
        var parser = new AngleSharp.Html.Parser.HtmlParser();
        async Task<AngleSharp.Html.Dom.IHtmlDocument> OpenAsync(string address) => parser.ParseDocument(await client.GetStringAsync(address));

        var first = await OpenAsync("/search?q=curlew");
        var second = await OpenAsync(first.QuerySelector("[data-testid=search-written-more]")!.GetAttribute("href")!);

        Assert.Contains("8 or more found in summaries, lists and notes", first.QuerySelector("[data-testid=search-status]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("8 found in summaries, lists and notes.", second.QuerySelector("[data-testid=search-status]")!.TextContent);
        Assert.Equal(8 - 1, second.QuerySelectorAll("[data-testid=search-written]").Length); // a title stands above the rest
        Assert.Null(second.QuerySelector("[data-testid=search-written-more]"));
        Assert.DoesNotContain("That was all", second.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/search?q=curlew", second.QuerySelector("[data-testid=search-all]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Find_InALongNote_ShowsThePartAroundIt()
    {
        var (coach, founder) = await TwoAsync();
        var session = await portal.ASessionAsync(coach, founder);
        // As long as a note may be, of other words each: the database must take it.
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => char.ConvertFromUtf32(0x20000 + i) + " ")) + "the axolotl " + string.Concat(Enumerable.Range(0, 9000).Select(i => char.ConvertFromUtf32(0x25000 + i) + " "));
        await portal.Get<SessionNotes>().SaveAsync(session.Id, Ids.New(), Of(coach), text, NoteVisibility.Shared, null);

        var hit = Assert.Single((await FindAsync(founder, "axolotl")).Written);

        Assert.InRange(Plain(hit).Length, 50, 400);
        Assert.Equal(("… ", " …"), (hit.Snippet[0].Text[..2], hit.Snippet[^1].Text[^2..]));
        Assert.Contains(hit.Snippet, p => p is { IsHit: true, Text: "axolotl" });
    }

    [Fact]
    public async Task Page_AndApi_ShowADecisionWithItsLink()
    {
        var (coach, founder) = await TwoAsync();
        var session = await WrittenAsync(coach, founder, "<b>giraffe</b>");
        using var client = portal.SignedIn(founder);

        var page = await client.GetStringAsync("/search?q=giraffe");
        var json = await client.GetFromJsonAsync<JsonElement>("/api/search?q=buy+giraffe");
        var its = await client.GetStringAsync($"/sessions/{session.Id}");

        Assert.Contains($"<a href=\"/sessions/{session.Id}#items-decisions\"", page, StringComparison.Ordinal);
        Assert.Contains("Buy a &lt;b&gt;<mark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>giraffe", page, StringComparison.Ordinal);
        Assert.Contains("8 found in summaries, lists and notes, nothing in what was said.", page, StringComparison.Ordinal);
        Assert.Contains("Nothing was said like that", page, StringComparison.Ordinal);
        var hit = Assert.Single(json.GetProperty("written").EnumerateArray());
        Assert.Equal(("decision", $"/sessions/{session.Id}#items-decisions"), (hit.GetProperty("kind").GetString(), hit.GetProperty("address").GetString()));
        Assert.All(["summary-title", "items-decisions", "items-actions", "items-questions", "notes-title", "comments-title"], id => Assert.Single(its.Split($"id=\"{id}\"")[1..]));
    }
}
