using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>A list that is made again, beside what people wrote in it.</summary>
public sealed class RewordedItemsTests(Portal portal) : IClassFixture<Portal>
{
    private const string Both = "New customers pay one hundred and twenty a month; the old ones keep their price until spring.";
    private const string New = "New customers pay one hundred and twenty a month", Old = "The old ones keep their price until spring";

    private static readonly Guid Turn = Ids.New();

    [Theory]
    [InlineData(Both, null)]
    [InlineData(Both, New)]
    [InlineData(Both, "They settled the price.")]
    public async Task WriteItems_SomebodyPutTwoClaimsIntoOne_NeitherIsSaidAgain(string text, string? saidAs)
    {
        var items = await MadeAgainAsync(id => Hand(id, text, saidAs), New, "Old ones keep their old price until the spring", "We hire Anna in spring");

        Assert.Equal([text, "We hire Anna in spring"], items);
    }

    [Fact]
    public async Task WriteItems_SomebodyRemovedBothInOne_NeitherComesBack()
    {
        SessionItem Removed(Guid session)
        {
            var item = Hand(session, Both, New);
            item.RemovedAt = DateTimeOffset.UtcNow;
            return item;
        }

        Assert.Empty(await MadeAgainAsync(Removed, New, Old));
    }

    [Theory]
    [InlineData("New partners get one hundred and twenty leaflets")]
    [InlineData("The price")]
    [InlineData("The spring fair is cancelled")]
    public async Task WriteItems_AnotherClaimOfTheSameTurn_StandsBesideIt(string claim) =>
        Assert.Equal([Both, claim], await MadeAgainAsync(id => Hand(id, Both, null), claim));

    [Fact]
    public async Task WriteItems_SomebodyWroteBothFromTheStart_WhatStandsInItWordForWordIsNotSaidAgain() =>
        Assert.Equal([Both, "The old price ends in spring"], await MadeAgainAsync(id => Hand(id, Both, null, []), New, Old, "The old price ends in spring"));

    [Fact]
    public async Task WriteItems_TheSameWordsOfOtherTurns_StandBesideIt() =>
        Assert.Equal([Both, New, Old], await MadeAgainAsync(id => Hand(id, Both, null, [Ids.New()]), New, Old));

    private static SessionItem Hand(Guid session, string text, string? saidAs, Guid[]? evidence = null) => new()
    {
        SessionId = session, Kind = ItemKind.Decision, Text = text, SaidAs = saidAs, Source = SummarySource.Hand, EvidenceTurnIds = evidence ?? [Turn], Position = 1, CreatedAt = DateTimeOffset.UtcNow,
    };

    private async Task<List<string>> MadeAgainAsync(Func<Guid, SessionItem> standing, params string[] drafts)
    {
        var session = await portal.ASessionAsync();
        return await portal.InDbAsync(async db =>
        {
            db.Add(standing(session.Id));
            await db.SaveChangesAsync();
            await SummaryStore.WriteItemsAsync(
                db, session, [.. drafts.Select(d => new DraftItem(ItemKind.Decision, d, null, null, false, false, [Turn]))], SummarySource.Model, DateTimeOffset.UtcNow, CancellationToken.None);
            await db.SaveChangesAsync();
            return await db.Items.Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).Select(i => i.Text).ToListAsync();
        });
    }
}
