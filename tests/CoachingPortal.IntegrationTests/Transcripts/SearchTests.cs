using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts.Search;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class SearchTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private static Caller Of(Person person) => new(person.Id, person.Role, person.Name);

    /// <summary>A coach and a founder of its own, so that no other test's words are found.</summary>
    private async Task<(Person Coach, Person Founder)> TwoAsync() =>
        (await portal.APersonAsync("Clara Coach", Role.Coach), await portal.APersonAsync("Finn Founder", Role.Founder));

    /// <summary>A session whose call began a minute before its first turn; the two speak in turns, the founder first, every ten seconds.</summary>
    private async Task<CoachingSession> SpokenAsync(Person coach, Person founder, DateTimeOffset at, params string[] texts)
    {
        var session = await portal.ASessionAsync(coach, founder, s => (s.StartsAt, s.EndsAt, s.Title) = (at, at.AddHours(1), $"Session of {at:d MMM}"));
        await portal.InDbAsync(async db =>
        {
            var call = new Call { SessionId = session.Id, StartedAt = at, EndedAt = at.AddHours(1), Transport = CallTransport.Direct };
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(texts.Select((text, i) => (i % 2 == 0 ? founder : coach) is var who ? new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = who.Id, Speaker = who.Name, Role = who.Role, Text = text, Source = TurnSource.Caption, Key = $"{i}",
                StartedAt = at.AddSeconds(60 + (10 * i)), EndedAt = at.AddSeconds(65 + (10 * i)),
            } : null!));
            await db.SaveChangesAsync();
        });
        await portal.Get<SearchWords>().AddAsync(session.Id);
        return session;
    }

    private Task<SearchResult> FindAsync(Person who, string text, Func<SearchRequest, SearchRequest>? narrowed = null) =>
        portal.Get<TranscriptSearch>().FindAsync(Of(who), (narrowed ?? (r => r))(new(text, TimeZoneInfo.Utc)));

    private static string Plain(SearchHit hit) => string.Concat(hit.Snippet.Select(p => p.IsHit ? $"[{p.Text}]" : p.Text));

    [Theory]
    [InlineData("price", "We raised the [price] in spring.")]
    [InlineData("\"first hire\"", "The [first] [hire] was a friend.")]
    [InlineData("\"hire first\"", "")]
    [InlineData("confid*", "I am more [confident] now.")]
    [InlineData("PRICE spring", "We raised the [price] in [spring].")]
    [InlineData("price friend", "")]
    [InlineData("grosse", "Die [Größe] der Firma.")]
    [InlineData("GRÖSSE", "Die [Größe] der Firma.")]
    [InlineData("мир", "Весь [Мир] ждёт.")]
    [InlineData("cofounder's", "My [cofounder]'[s] share.")]
    public async Task Find_WordsPhrasesBeginnings_FindsTurnsWithAllOfThem(string text, string expected)
    {
        var (coach, founder) = await TwoAsync();
        await SpokenAsync(coach, founder, Start, "We raised the price in spring.", "The first hire was a friend.", "I am more confident now.", "Die Größe der Firma.", "Весь Мир ждёт.", "My cofounder's share.");

        Assert.Equal(expected, string.Join(" | ", (await FindAsync(founder, text)).Hits.Select(Plain)));
    }

    [Fact]
    public async Task Find_ByEveryone_SeesOwnSessionsAlone()
    {
        var (coach, founder) = await TwoAsync();
        var (otherCoach, otherFounder) = await TwoAsync();
        var own = await SpokenAsync(coach, founder, Start, "the zebra is ours");
        var second = await SpokenAsync(coach, otherFounder, Start.AddDays(1), "a zebra of the same coach");
        await SpokenAsync(otherCoach, otherFounder, Start, "a zebra of another coach");
        var deleted = await SpokenAsync(coach, founder, Start, "the zebra is deleted");
        Assert.Equal(Outcome.Done, await portal.Get<SessionDeletion>().DeleteAsync(deleted.Id, Of(coach)));
        var replaced = await SpokenAsync(coach, founder, Start, "the zebra is what the captions heard");
        await portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == replaced.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.SupersededAt, Start)));

        async Task<Guid[]> SeenBy(Person who) => [.. (await FindAsync(who, "zebra")).Hits.Select(h => h.SessionId)];

        Assert.Equal([second.Id, own.Id], await SeenBy(coach));
        Assert.Equal([own.Id], await SeenBy(founder));
        Assert.Equal(2, (await SeenBy(otherFounder)).Length);
        Assert.DoesNotContain(own.Id, await SeenBy(otherFounder));
        Assert.Empty(await SeenBy(portal.Admin));
        Assert.Empty(await SeenBy(portal.Founder));
        // Nor are words of others told as similar ones.
        var none = await FindAsync(portal.Founder, "zebar");
        Assert.Empty(none.SimilarWords);
        Assert.Empty(none.SimilarHits);
    }

    [Fact]
    public async Task Find_Narrowed_KeepsToSpeakerPersonAndDays()
    {
        var (coach, founder) = await TwoAsync();
        var other = await portal.APersonAsync("Olga Founder", Role.Founder);
        var first = await SpokenAsync(coach, founder, Start, "lighthouse says the founder", "lighthouse says the coach");
        var second = await SpokenAsync(coach, other, Start.AddDays(2), "lighthouse again");

        async Task<string[]> With(Func<SearchRequest, SearchRequest> narrowed) => [.. (await FindAsync(coach, "lighthouse", narrowed)).Hits.Select(h => $"{(h.SessionId == first.Id ? 1 : 2)} {h.Role}")];

        Assert.Equal(["2 Founder", "1 Founder", "1 Coach"], await With(r => r));
        Assert.Equal(["1 Coach"], await With(r => r with { Speaker = Role.Coach }));
        Assert.Equal(["2 Founder"], await With(r => r with { PersonId = other.Id }));
        Assert.Equal(["1 Founder", "1 Coach"], await With(r => r with { To = new(2026, 3, 2) }));
        Assert.Equal(["2 Founder"], await With(r => r with { From = new(2026, 3, 3), To = new(2026, 3, 4) }));
        Assert.Empty(await With(r => r with { To = new(2026, 3, 1) }));
        // 10:00 UTC is the third of March on Kiritimati already.
        Assert.Empty(await With(r => new SearchRequest("lighthouse", TimeZoneInfo.FindSystemTimeZoneById("Pacific/Kiritimati")) { From = new(2026, 3, 2), To = new(2026, 3, 2) }));
    }

    [Fact]
    public async Task Find_MoreThanAPage_GoesOnWhereItEnded()
    {
        var (coach, founder) = await TwoAsync();
        for (var day = 0; day < 3; day++)
            await SpokenAsync(coach, founder, Start.AddDays(day), [.. Enumerable.Range(0, 17).Select(i => $"pelican number {i} of day {day}")]);
        var seen = new List<string>();
        string? next = null;
        var pages = 0;
        do
        {
            var page = await FindAsync(coach, "pelican", r => r with { After = next });
            seen.AddRange(page.Hits.Select(Plain));
            Assert.Empty(page.SimilarHits);
            next = page.Next;
            pages++;
        } while (next is not null);

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 3).Reverse().SelectMany(day => Enumerable.Range(0, 17).Select(i => $"[pelican] number {i} of day {day}")), seen);
    }

    [Fact]
    public async Task Find_MistypedOrBarelySaid_FindsWhatIsWrittenNearly()
    {
        var (coach, founder) = await TwoAsync();
        await SpokenAsync(coach, founder, Start, "Marketing is our bottleneck.", "One market at a time.", "Nothing of that kind.");

        var mistyped = await FindAsync(founder, "bottelneck");
        var stem = await FindAsync(founder, "market");

        Assert.Empty(mistyped.Hits);
        Assert.Equal(["bottleneck"], mistyped.SimilarWords);
        Assert.Equal("Marketing is our [bottleneck].", Plain(Assert.Single(mistyped.SimilarHits)));
        Assert.Equal("One [market] at a time.", Plain(Assert.Single(stem.Hits)));
        Assert.Equal("[Marketing] is our bottleneck.", Plain(Assert.Single(stem.SimilarHits)));
        Assert.Equal(["[Marketing] is our bottleneck.", "One [market] at a time."], (await FindAsync(founder, "marketed")).SimilarHits.Select(Plain));
    }

    [Fact]
    public async Task Find_AnotherEnding_FindsItAndTellsNoWordOfOthers()
    {
        var (coach, founder) = await TwoAsync();
        var (otherCoach, otherFounder) = await TwoAsync();
        await SpokenAsync(coach, founder, Start, "The gadzookes are too low.", "A gadzookly pear.");
        await SpokenAsync(otherCoach, otherFounder, Start, "Their gadzook and their gadzooke.");

        var found = await FindAsync(founder, "gadzooking");

        Assert.Empty(found.Hits);
        Assert.Equal(["The [gadzookes] are too low.", "A [gadzookly] pear."], found.SimilarHits.Select(Plain));
        Assert.Equal(["gadzookes", "gadzookly"], found.SimilarWords.Order());
    }

    [Fact]
    public async Task Words_OfATurnThatComesIn_AreKnownSoonAndForgottenAtNight()
    {
        var (coach, founder) = await TwoAsync();
        var session = await SpokenAsync(coach, founder, Start, "A quixotry of mine.");
        var words = portal.Get<SearchWords>();
        await portal.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "A windmill of mine.")));

        await words.MendAsync();

        Assert.Equal(["windmill"], await portal.InDbAsync(db => db.Database.SqlQuery<string>($"select word as \"Value\" from search_words where word in ('windmill', 'quixotry')").ToListAsync()));
    }

    [Fact]
    public async Task Page_AndApi_ShowHitsEscapedAndLeadToTheMoment()
    {
        var (coach, founder) = await TwoAsync();
        var session = await SpokenAsync(coach, founder, Start, "Nothing here.", "Is <script>alert(1)</script> a giraffe & more?");
        using var client = portal.SignedIn(founder);

        var page = await client.GetStringAsync("/search?q=giraffe&speaker=coach");
        var json = await client.GetFromJsonAsync<JsonElement>("/api/search?q=giraffe");

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; a <mark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains($"/sessions/{session.Id}?t=70#turn-", page, StringComparison.Ordinal);
        Assert.Contains("value=\"giraffe\"", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"coach\" selected", page, StringComparison.Ordinal);
        var hit = Assert.Single(json.GetProperty("hits").EnumerateArray());
        Assert.Equal("Clara Coach", hit.GetProperty("speaker").GetString());
        Assert.Contains("t=70", hit.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Contains("Nothing was said like that", await client.GetStringAsync("/search?q=hippopotamus"), StringComparison.Ordinal);
        Assert.Contains("Look everywhere", await client.GetStringAsync("/search?q=giraffe&speaker=founder"), StringComparison.Ordinal);
        Assert.Contains("too broad", await client.GetStringAsync("/search?q=g*"), StringComparison.Ordinal);
        Assert.Contains("A day is written like", await client.GetStringAsync("/search?q=giraffe&from=soon"), StringComparison.Ordinal);
        Assert.Contains("Find what was said", await client.GetStringAsync("/search"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/search?q=giraffe&after=x")).StatusCode);
    }
}
