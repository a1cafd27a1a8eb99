using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

public sealed class QuestionsTests
{
    [Theory]
    [InlineData("What happened?", 1, 0)]
    [InlineData("So, how did that feel?", 1, 0)]
    [InlineData("And then? What did you do?", 1, 1)]
    [InlineData("Did you sign?", 0, 1)]
    [InlineData("You signed it?", 0, 1)]
    [InlineData("When you signed, did you feel well?", 0, 1)]
    [InlineData("What did you feel, relief?", 1, 0)]
    [InlineData("If nobody called, what would you do?", 1, 0)]
    [InlineData("I know what I want. That is why.", 0, 0)]
    [InlineData("What I mean is this.", 0, 0)]
    [InlineData("She asked \"why?\" and left.", 0, 0)]
    [InlineData("She asked: \"Why?\"", 1, 0)]
    [InlineData("It costs 3.50 a month. Is that much?", 0, 1)]
    [InlineData("", 0, 0)]
    // Without any punctuation.
    [InlineData("what did they say", 1, 0)]
    [InlineData("okay so how much is it", 1, 0)]
    [InlineData("do you think we should wait", 0, 1)]
    [InlineData("what I mean is this", 0, 0)]
    [InlineData("is not easy", 0, 0)]
    [InlineData("we raised the price", 0, 0)]
    public void Count_OpenAndClosedOnes_AreTold(string text, int open, int closed) => Assert.Equal((open, closed), Questions.Count(text));

    [Theory]
    [InlineData("Good. What happened?", true)]
    [InlineData("What happened? I was away.", false)]
    [InlineData("what did they say", true)]
    [InlineData("Fine.", false)]
    public void IsLast_TheLastSentence_Decides(string text, bool expected) => Assert.Equal(expected, Questions.IsLast(text));

    [Theory]
    [InlineData("I don't know the follow-up, 3 of 10.", 8)]
    [InlineData("Größe, ждёт – naïve!", 3)]
    [InlineData("...", 0)]
    public void Words_OfALine_AreCounted(string text, int expected) => Assert.Equal(expected, Words.Count(text));
}
