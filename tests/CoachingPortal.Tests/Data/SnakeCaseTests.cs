using CoachingPortal.Data;

namespace CoachingPortal.Tests.Data;

public sealed class SnakeCaseTests
{
    [Theory]
    [InlineData("NextAction", "next_action")]
    [InlineData("Id", "id")]
    [InlineData("RecordingRequestedById", "recording_requested_by_id")]
    public void SnakeCase_PascalName_IsWordsWithUnderscores(string name, string expected) =>
        Assert.Equal(expected, PortalDb.SnakeCase(name));
}
