namespace CoachingPortal.Fred.Offline;

/// <summary>Tells whether two entries are about one matter.</summary>
internal static class Matter
{
    public static bool IsSame(Found one, Found two)
    {
        var (first, second) = (Plain.Stems(one.Text), Plain.Stems(two.Text));
        return one.Owner == two.Owner && first.Count(second.Contains) >= 0.75 * Math.Min(first.Count, second.Count);
    }
}
