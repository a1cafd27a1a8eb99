using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred;

/// <summary>Appends what a person and FRED said to each other to the session's notes, each message once.</summary>
public static class FredNotes
{
    /// <summary>
    /// Appends the person's messages that are not in the notes yet, after whatever is there, and marks them, in the
    /// caller's transaction. A coach's own chat becomes coach-only notes.
    /// </summary>
    /// <returns>How many messages were appended.</returns>
    /// <exception cref="InvalidOperationException">There is no transaction to work in.</exception>
    public static async Task<int> AppendAsync(PortalDb db, Guid sessionId, Guid personId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await LockAsync(db, sessionId, personId, cancellation);
        var messages = await db.ChatMessages
            .FromSql($"select * from chat_messages where session_id = {sessionId} and person_id = {personId} and appended_at is null order by number for update")
            .AsNoTracking().Select(m => m.Id).ToArrayAsync(cancellation);
        if (messages.Length == 0)
            return 0;

        // Only the founder's own chat is shared. Whoever else wrote is the coach, or was when they wrote.
        var isFounder = await db.Sessions.AnyAsync(s => s.Id == sessionId && s.FounderId == personId, cancellation);
        var visibility = isFounder ? "shared" : "coach";
        var ids = messages.Select(_ => Ids.New()).ToArray();
        var appended = await db.Database.ExecuteSqlAsync(
            $"""
            insert into note_entries (id, session_id, kind, visibility, author_id, chat_role, chat_message_id, text, created_at)
            select new.id, m.session_id, 'fred', {visibility}, m.person_id, m.role, m.id, m.text, m.created_at
            from unnest({ids}, {messages}) as new (id, message_id) join chat_messages m on m.id = new.message_id
            order by m.number
            on conflict (chat_message_id) do nothing
            """, cancellation);
        await db.Database.ExecuteSqlAsync($"update chat_messages set appended_at = {now} where id = any({messages})", cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Notes, cancellation);
        return appended;
    }

    /// <summary>
    /// Puts one person's chat in one session in order until the transaction ends. Without it an answer could be stored
    /// while its asker still counts as present, just as their leaving appends all but that answer; then nobody would.
    /// </summary>
    internal static async Task LockAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("Messages are appended to the notes inside a transaction.");
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({$"fred:{sessionId}:{personId}"}, 0))", cancellation);
    }
}
