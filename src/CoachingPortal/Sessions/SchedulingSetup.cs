using CoachingPortal.Accounts;
using CoachingPortal.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

public static class SchedulingSetup
{
    public static void AddScheduling(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Schedule>();
        builder.Services.AddSingleton<SessionLists>();
    }

    public static void MapScheduling(this WebApplication app) =>
        app.MapGet("/sessions/{id:guid}/calendar.ics", CalendarAsync).RequireAuthorization(Policies.Member).ExcludeFromDescription();

    private static async Task<Results<ContentHttpResult, NotFound>> CalendarAsync(
        Guid id, HttpContext context, IDbContextFactory<PortalDb> databases, TimeProvider time, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var session = await db.Sessions.VisibleTo(Caller.From(context.User)).AsNoTracking().Include(s => s.Coach).Include(s => s.Founder)
            .SingleOrDefaultAsync(s => s.Id == id, cancellation);
        if (session is null)
            return TypedResults.NotFound();
        var link = new Uri($"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/sessions/{id}/call");
        context.Response.Headers.ContentDisposition = "attachment; filename=\"session.ics\"";
        return TypedResults.Text(Ics.Write(session, session.Coach!.Name, session.Founder!.Name, link, time.GetUtcNow()), "text/calendar; charset=utf-8");
    }
}
