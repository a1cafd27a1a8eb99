using System.Diagnostics;

namespace CoachingPortal.BrowserTests;

internal static class Waiting
{
    /// <summary>
    /// Waits until something is so that a page finds out only after a while. <see cref="IPage.WaitForFunctionAsync"/> does
    /// not do that: it takes each promise for a yes, whatever becomes of it.
    /// </summary>
    /// <param name="predicate">An async function of the browser's that gives true or false.</param>
    /// <param name="timeout">Milliseconds.</param>
    public static async Task WaitUntilAsync(this IPage page, string predicate, object? argument = null, float timeout = 60_000)
    {
        for (var clock = Stopwatch.StartNew(); !await IsSoAsync(); await Task.Delay(100))
            Assert.True(clock.ElapsedMilliseconds < timeout, $"{page.Url} after {clock.Elapsed.TotalSeconds:0} s not so: {predicate}");

        async Task<bool> IsSoAsync()
        {
            try
            {
                return await page.EvaluateAsync<bool>(predicate, argument);
            }
            catch (PlaywrightException e) when (e.Message.Contains("context was destroyed", StringComparison.Ordinal))
            {
                return false; // the page is loaded anew
            }
        }
    }
}
