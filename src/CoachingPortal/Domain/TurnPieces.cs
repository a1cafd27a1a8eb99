namespace CoachingPortal.Domain;

/// <summary>
/// Where in a turn's text each piece that was heard in one go begins, or each word whose time is known, and when: pairs of
/// a character and milliseconds after the turn's start, in order, without the first piece.
/// </summary>
public static class TurnPieces
{
    /// <returns>Milliseconds after the turn's start at which the piece that holds a character begins.</returns>
    public static int At(int[] pieces, int character)
    {
        var ms = 0;
        for (var i = 0; i + 1 < pieces.Length && pieces[i] <= character; i += 2)
            ms = pieces[i + 1];
        return ms;
    }

    /// <summary>Those of a part of a turn, as of a turn of its own.</summary>
    public static int[] Within(int[] pieces, int from, int length)
    {
        var start = At(pieces, from);
        return [.. pieces.Chunk(2).Where(p => p[0] > from && p[0] < from + length).SelectMany(p => new[] { p[0] - from, p[1] - start })];
    }

    /// <summary>Those of a turn whose words were corrected: what lies before and after the change moves with its words.</summary>
    public static int[] Corrected(int[] pieces, string before, string after)
    {
        if (pieces.Length == 0)
            return pieces;
        var same = before.AsSpan().CommonPrefixLength(after);
        var shorter = Math.Min(before.Length, after.Length) - same;
        var tail = 0;
        while (tail < shorter && before[^(tail + 1)] == after[^(tail + 1)])
            tail++;
        var kept = new List<int>();
        for (var i = 0; i + 1 < pieces.Length; i += 2)
        {
            if (pieces[i] <= same)
                kept.AddRange([pieces[i], pieces[i + 1]]);
            else if (pieces[i] >= before.Length - tail)
                kept.AddRange([pieces[i] + after.Length - before.Length, pieces[i + 1]]);
        }
        return [.. kept];
    }
}
