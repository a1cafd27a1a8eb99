using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Demo;

/// <summary>What is coming up. Later starts bring it forward again, so that there is always a call to join.</summary>
public sealed class DemoSessions(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public async Task PrepareAsync(DemoCast cast, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        var week = Hour(now.AddDays(7));
        await PlanAsync(db, "demo-soon", "The first support hire", cast.Coach, cast.Studio, now, now.AddMinutes(10), cancellation);
        await PlanAsync(db, "demo-next-week", "Runway until autumn", cast.Coach, cast.Studio, now, week, cancellation);
        await PlanAsync(db, "demo-pro", "Saying no to a big customer", cast.Coach, cast.Pro, now, now.AddMinutes(20), cancellation);
        await PlanAsync(db, "demo-free", "Finding a co-founder", cast.Coach, cast.Free, now, Hour(now.AddDays(1)), cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Leaves a session alone that is still to come, moves one that passed unused, and makes a new one beside one that was used or removed.</summary>
    private static async Task PlanAsync(PortalDb db, string room, string title, Person coach, Person founder, DateTimeOffset now, DateTimeOffset at, CancellationToken cancellation)
    {
        var last = await db.Sessions.Where(s => s.RoomName.StartsWith(room)).OrderByDescending(s => s.StartsAt).FirstOrDefaultAsync(cancellation);
        var isOpen = last is { CancelledAt: null, DeletedAt: null };
        if (last is not null && isOpen && last.EndsAt > now.AddMinutes(10))
            return;
        if (last is not null && isOpen && !await db.Calls.AnyAsync(c => c.SessionId == last.Id, cancellation))
        {
            last.StartsAt = at;
            last.EndsAt = at.AddMinutes(50);
            return;
        }
        db.Sessions.Add(new()
        {
            Title = title,
            CoachId = coach.Id,
            FounderId = founder.Id,
            StartsAt = at,
            EndsAt = at.AddMinutes(50),
            RoomName = last is null ? room : $"{room}-{Ids.New():N}",
            CreatedAt = now,
            IsDemo = true,
        });
    }

    private static DateTimeOffset Hour(DateTimeOffset at) => new(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
}
