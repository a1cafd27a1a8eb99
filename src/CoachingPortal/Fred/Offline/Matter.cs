namespace CoachingPortal.Fred.Offline;

/// <summary>Tells whether two entries are about one matter.</summary>
internal static class Matter
{
    public static bool IsSame(Found one, Found two)
    {
        var (first, second) = (Plain.Stems(Own(one)), Plain.Stems(Own(two)));
        return one.Owner == two.Owner && first.Count(second.Contains) >= 0.75 * Math.Min(first.Count, second.Count);
    }

    // Without the words in brackets that only explain it.
    private static string Own(Found found) => found.Text.Split(" (“")[0] is var own && Plain.Stems(own).Count > 0 ? own : found.Text;
}
