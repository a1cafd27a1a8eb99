namespace CoachingPortal.BrowserTests;

/// <summary>
/// Two lanes of tests that run side by side, the tests of each one after the other: a call is work for two browsers and
/// a portal, so that there is never more than one at a time.
/// </summary>
public static class Lanes
{
    public const string Calls = "calls";

    public const string Pages = "pages";
}
