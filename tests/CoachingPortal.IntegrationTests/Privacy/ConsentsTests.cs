using CoachingPortal.Domain;
using CoachingPortal.Privacy;

namespace CoachingPortal.IntegrationTests.Privacy;

public sealed class ConsentsTests(Portal portal) : IClassFixture<Portal>
{
    [Theory]
    [InlineData(ConsentAnswer.Granted, 1, true)]
    [InlineData(ConsentAnswer.Granted, -1, false)]
    [InlineData(ConsentAnswer.Withdrawn, -1, false)]
    public async Task IsGranted_AnAnswerWithAnEnd_CountsUntilThen(ConsentAnswer answer, int endsInMinutes, bool expected)
    {
        var now = DateTimeOffset.UtcNow;
        var session = await portal.ASessionAsync();
        var wording = ConsentWording.Recording;
        await portal.InDbAsync(async db =>
        {
            db.Consents.Add(new()
            {
                SessionId = session.Id, PersonId = portal.Founder.Id, Type = ConsentType.Recording, Answer = answer, AnsweredAt = now.AddHours(-1),
                WordingVersion = wording.Version, Wording = wording.Text, LegalBasis = wording.LegalBasis, ExpiresAt = now.AddMinutes(endsInMinutes),
            });
            await db.SaveChangesAsync();
        });

        Assert.Equal(expected, await portal.InDbAsync(db => Consents.IsGrantedAsync(db, session.Id, portal.Founder.Id, ConsentType.Recording, now)));
    }

    [Fact]
    public void Transcript_WordsOfNow_NameEveryMakerThatABrowserSendsSoundTo()
    {
        Assert.All(["Chrome", "Google", "Edge", "Microsoft", "Safari", "Apple"], name => Assert.Contains(name, ConsentWording.Transcript.Text, StringComparison.Ordinal));
        Assert.Equal("transcript-4", ConsentWording.Transcript.Version);
        Assert.All(["transcript-2", "transcript-3"], version => Assert.True(ConsentWording.NamesTranscription(version)));
    }

    [Fact]
    public void TranscriptBy_AService_NamesItInWordsOfTheirOwnVersion()
    {
        var (named, other) = (ConsentWording.TranscriptBy("api.example.com"), ConsentWording.TranscriptBy("other.example"));

        Assert.Contains("sends your recording to api.example.com after the call", named.Text, StringComparison.Ordinal);
        Assert.All(["Google", "Microsoft", "Apple"], name => Assert.Contains(name, named.Text, StringComparison.Ordinal));
        Assert.Equal(3, new[] { named, other, ConsentWording.Transcript }.DistinctBy(w => w.Version).DistinctBy(w => w.Text).Count());
        Assert.Same(ConsentWording.Transcript, ConsentWording.TranscriptBy(null));
    }
}
