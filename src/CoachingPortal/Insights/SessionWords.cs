namespace CoachingPortal.Insights;

/// <summary>The words of a founder's sessions, so that each can be held against the others.</summary>
internal sealed class SessionWords
{
    private readonly List<(Guid Id, Dictionary<string, int> Counts)> sessions = [];

    /// <param name="newestFirst">What was said in each session.</param>
    public SessionWords(IEnumerable<(Guid Id, IEnumerable<string> Texts)> newestFirst)
    {
        foreach (var (id, texts) in newestFirst)
        {
            var counts = new Dictionary<string, int>();
            foreach (var text in texts)
                Words.AddTo(counts, text);
            sessions.Add((id, counts));
        }
    }

    /// <summary>As the session's own page shows them.</summary>
    /// <returns>The keywords, and how many other sessions they were held against; none for a session that is not among these.</returns>
    public (IReadOnlyList<Keyword> Keywords, int ComparedWith) Of(Guid id)
    {
        if (sessions.Find(s => s.Id == id).Counts is not { Count: > 0 } here)
            return ([], 0);
        var others = sessions.Where(s => s.Id != id).Take(InsightsReader.MostSessions).ToList();
        var elsewhere = new Dictionary<string, int>();
        foreach (var (word, count) in others.SelectMany(s => s.Counts))
            elsewhere[word] = elsewhere.GetValueOrDefault(word) + count;
        return (Keywords.Of(here, elsewhere), others.Count);
    }

    /// <returns>Of each session, which of its words were said in none before it; the first has nothing before it, and so none.</returns>
    public IReadOnlyDictionary<Guid, IReadOnlySet<string>> NewIn(IEnumerable<Guid> oldestFirst)
    {
        var known = sessions.ToDictionary(s => s.Id, s => s.Counts);
        var said = new HashSet<string>();
        var found = new Dictionary<Guid, IReadOnlySet<string>>();
        foreach (var id in oldestFirst.Where(known.ContainsKey))
        {
            found[id] = said.Count == 0 ? new HashSet<string>() : known[id].Keys.Where(w => !said.Contains(w)).ToHashSet();
            said.UnionWith(known[id].Keys);
        }
        return found;
    }
}
