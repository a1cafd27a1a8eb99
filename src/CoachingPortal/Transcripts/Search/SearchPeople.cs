using CoachingPortal.Accounts;
using CoachingPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Search;

/// <summary>Somebody the caller had sessions with.</summary>
public sealed record SearchPerson(Guid Id, string Name);

/// <summary>Whom a search can be narrowed down to.</summary>
public sealed class SearchPeople(IDbContextFactory<PortalDb> databases)
{
    private const int Most = 500;

    public async Task<IReadOnlyList<SearchPerson>> OfAsync(Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var others = db.Sessions.VisibleTo(caller).Select(s => s.CoachId == caller.Id ? s.FounderId : s.CoachId).Distinct();
        return await db.People.Where(p => others.Contains(p.Id)).OrderBy(p => p.Name).ThenBy(p => p.Id).Take(Most)
            .Select(p => new SearchPerson(p.Id, p.Name)).ToListAsync(cancellation);
    }
}
