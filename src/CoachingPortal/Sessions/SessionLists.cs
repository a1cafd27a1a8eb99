using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>A session in a list.</summary>
public sealed record SessionLine
{
    public required Guid Id { get; init; }
    public required string Title { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
    public required Guid CoachId { get; init; }
    public required string Coach { get; init; }
    public required Guid FounderId { get; init; }
    public required string Founder { get; init; }
    public required bool IsCancelled { get; init; }
    public required bool IsDemo { get; init; }

    /// <summary>Null in an admin's lists, which hold no content.</summary>
    public string? Summary { get; init; }

    /// <summary>Who is in its call now.</summary>
    public required IReadOnlyList<string> InCall { get; init; }

    /// <summary>For the coach: no summary yet, an item that FRED was unsure of, or work after the call that failed.</summary>
    public bool NeedsReview { get; init; }

    /// <summary>The other one; both for somebody who is neither.</summary>
    public string With(Guid personId) => personId == CoachId ? Founder : personId == FounderId ? Coach : $"{Founder} and {Coach}";
}

/// <summary>Something promised and not yet done.</summary>
/// <param name="IsUnverified">A program claims it, and the words it rests on were not found, or are gone.</param>
public sealed record OpenAction(
    Guid Id, Guid SessionId, string SessionTitle, DateTimeOffset SessionStartsAt, string Text, Role? Owner, DateOnly? DueOn, string Founder, bool IsUnverified = false);

public enum SessionsShown
{
    Upcoming,
    Past,
    Cancelled,
}

/// <summary>The lists of sessions that people see on their home pages and under Sessions.</summary>
public sealed class SessionLists(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public const int PageSize = 50;

    /// <param name="search">Part of the title, the tags or somebody's name.</param>
    /// <param name="page">From 0.</param>
    /// <param name="startingBefore">Null for no limit.</param>
    public async Task<IReadOnlyList<SessionLine>> ListAsync(
        Caller caller, SessionsShown shown, string? search = null, int page = 0, DateTimeOffset? startingBefore = null, int take = PageSize, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var sessions = caller.Role == Role.Admin ? db.Sessions.Where(s => s.DeletedAt == null) : db.Sessions.VisibleTo(caller);
        // Who is still talking after the hour is still in a coming session.
        var isOpen = db.Calls.Where(c => c.EndedAt == null).Select(c => c.SessionId);
        sessions = shown switch
        {
            SessionsShown.Cancelled => sessions.Where(s => s.CancelledAt != null),
            SessionsShown.Past => sessions.Where(s => s.CancelledAt == null && s.EndsAt <= now && !isOpen.Contains(s.Id)),
            _ => sessions.Where(s => s.CancelledAt == null && (s.EndsAt > now || isOpen.Contains(s.Id))),
        };
        // A founder's call with FRED is nothing a coach has to come to.
        if (shown == SessionsShown.Upcoming && caller.Role == Role.Coach)
            sessions = sessions.Where(s => s.CallType != CoachingSession.OnDemand || s.FounderId == caller.Id);
        if (startingBefore is { } limit)
            sessions = sessions.Where(s => s.StartsAt < limit);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var words = search.Trim().ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // runs in PostgreSQL
            sessions = sessions.Where(s => s.Title.ToLower().Contains(words) || s.Coach!.Name.ToLower().Contains(words) || s.Founder!.Name.ToLower().Contains(words) || s.Tags.Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }
        sessions = shown == SessionsShown.Upcoming
            ? sessions.OrderBy(s => s.StartsAt).ThenBy(s => s.Id)
            : sessions.OrderByDescending(s => s.StartsAt).ThenBy(s => s.Id);
        var isMember = caller.Role != Role.Admin;
        return await sessions.AsNoTracking().Skip(page * take).Take(take).Select(s => new SessionLine
        {
            Id = s.Id,
            Title = s.Title,
            StartsAt = s.StartsAt,
            EndsAt = s.EndsAt,
            CoachId = s.CoachId,
            Coach = s.Coach!.Name,
            FounderId = s.FounderId,
            Founder = s.Founder!.Name,
            IsCancelled = s.CancelledAt != null,
            IsDemo = s.IsDemo,
            Summary = isMember ? s.Summary : null,
            InCall = db.Participations.Where(p => p.SessionId == s.Id && p.JoinedAt != null && p.EndedAt == null).OrderBy(p => p.JoinedAt)
                .Select(p => db.People.Where(x => x.Id == p.PersonId).Select(x => x.Name).First()).ToList(),
            NeedsReview = s.CoachId == caller.Id && db.Calls.Any(c => c.SessionId == s.Id && c.EndedAt != null)
                && (s.Summary == null
                    || db.Items.Any(i => i.SessionId == s.Id && (i.IsUnsure || i.IsUnverified))
                    || db.PostCallSteps.Any(p => p.SessionId == s.Id && p.Status == StepStatus.Failed)),
        }).ToListAsync(cancellation);
    }

    /// <summary>What was promised in the caller's sessions and is not done, the nearest due first.</summary>
    public async Task<IReadOnlyList<OpenAction>> OpenActionsAsync(Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var open = await db.Items.AsNoTracking().Where(i => i.Kind == ItemKind.NextAction && i.DoneAt == null)
            .Join(db.Sessions.VisibleTo(caller), i => i.SessionId, s => s.Id, (i, s) => new { i, s })
            .OrderBy(x => x.i.DueOn == null).ThenBy(x => x.i.DueOn).ThenByDescending(x => x.s.StartsAt).ThenBy(x => x.i.Position)
            .Take(100)
            .Select(x => new { Item = x.i, x.s.Id, x.s.Title, x.s.StartsAt, x.s.Founder!.Name }).ToListAsync(cancellation);
        var unproven = await db.UnprovenAsync([.. open.Select(x => x.Item)], cancellation);
        return [.. open.Select(x => new OpenAction(x.Item.Id, x.Id, x.Title, x.StartsAt, x.Item.Text, x.Item.Owner, x.Item.DueOn, x.Name, unproven.Contains(x.Item.Id)))];
    }

    /// <summary>How the founders of the caller's sessions kept what they promised, those with most to do first.</summary>
    /// <param name="zone">The day of a tick is the day where the viewer is.</param>
    public async Task<IReadOnlyList<ActionTally>> TalliesAsync(Caller caller, TimeZoneInfo zone, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var actions = await db.Items.AsNoTracking().Where(i => i.Kind == ItemKind.NextAction && i.Owner == Role.Founder)
            .Join(db.Sessions.VisibleTo(caller), i => i.SessionId, s => s.Id, (i, s) => new { i.DueOn, i.DoneAt, s.StartsAt, s.FounderId, s.Founder!.Name })
            .OrderByDescending(x => x.StartsAt).Take(5000).ToListAsync(cancellation);
        var today = Day(time.GetUtcNow());
        return [.. actions.GroupBy(a => (a.FounderId, a.Name)).Select(g => new ActionTally(
                g.Key.FounderId, g.Key.Name,
                Kept: g.Count(a => a.DoneAt is { } done && (a.DueOn is null || Day(done) <= a.DueOn)),
                Late: g.Count(a => a.DoneAt is { } done && Day(done) > a.DueOn),
                Slipped: g.Count(a => a.DoneAt is null && a.DueOn < today),
                Open: g.Count(a => a.DoneAt is null && !(a.DueOn < today))))
            .OrderByDescending(t => t.Slipped + t.Open).ThenBy(t => t.Founder, StringComparer.OrdinalIgnoreCase)];

        DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
    }
}

/// <summary>A founder's promises, counted.</summary>
/// <param name="Kept">Done by the day that was named, or at all where none was.</param>
/// <param name="Late">Done after that day.</param>
/// <param name="Slipped">Not done, and the day has passed.</param>
/// <param name="Open">Not done, and there is time.</param>
public sealed record ActionTally(Guid FounderId, string Founder, int Kept, int Late, int Slipped, int Open);
