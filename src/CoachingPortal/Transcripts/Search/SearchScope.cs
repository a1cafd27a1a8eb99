using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using Npgsql;
using NpgsqlTypes;

namespace CoachingPortal.Transcripts.Search;

/// <summary>Whose sessions, which of them, and from where on.</summary>
internal sealed record SearchScope(Caller Caller, Role? Speaker, Guid? PersonId, DateTimeOffset? From, DateTimeOffset? Until, SearchCursor? After, WrittenCursor? WrittenAfter)
{
    private static readonly DateOnly First = new(1971, 1, 1), Last = new(9990, 1, 1);

    /// <summary>The caller's sessions, newest first: the table <c>mine</c>, from which every search starts.</summary>
    public string Mine =>
        $"""
        mine as materialized (
            select s.id, s.title, s.starts_at, s.coach_id, s.founder_id from coaching_sessions s
            where s.deleted_at is null and (s.founder_id = $3 or s.coach_id = $3)
                {(PersonId is null ? "" : "and (s.founder_id = $4 or s.coach_id = $4)")}
                {(From is null ? "" : "and s.starts_at >= $5")}
                {(Until is null ? "" : "and s.starts_at < $6")}
                {(After is null && WrittenAfter is null ? "" : "and (s.starts_at, s.id) <= ($8, $9)")}
            order by s.starts_at desc, s.id desc)
        """;

    /// <exception cref="ArgumentException">The message says what is wrong, to the person.</exception>
    public static SearchScope Of(Caller caller, SearchRequest request)
    {
        if (request.From > request.To)
            throw new ArgumentException("The first day lies after the last.");
        var written = string.IsNullOrEmpty(request.After) ? null : WrittenCursor.TryRead(request.After);
        return new(
            caller, request.Speaker, request.PersonId, request.From is { } from ? Midnight(from, request.Zone) : null,
            request.To is { } to ? Midnight(Bounded(to).AddDays(1), request.Zone) : null, string.IsNullOrEmpty(request.After) || written is not null ? null : SearchCursor.Read(request.After), written);
    }

    /// <summary>$1 to $13.</summary>
    public NpgsqlParameter[] Parameters(string query, string? except) =>
    [
        Of(NpgsqlDbType.Text, query), Of(NpgsqlDbType.Text, except), Of(NpgsqlDbType.Uuid, Caller.Id), Of(NpgsqlDbType.Uuid, PersonId), Of(NpgsqlDbType.TimestampTz, From),
        Of(NpgsqlDbType.TimestampTz, Until), Of(NpgsqlDbType.Text, Speaker?.ToString().ToLowerInvariant()), Of(NpgsqlDbType.TimestampTz, After?.StartsAt ?? WrittenAfter?.StartsAt),
        Of(NpgsqlDbType.Uuid, After?.SessionId ?? WrittenAfter?.SessionId), Of(NpgsqlDbType.TimestampTz, After?.SaidAt), Of(NpgsqlDbType.Uuid, After?.TurnId ?? WrittenAfter?.Id),
        Of(NpgsqlDbType.Integer, (int?)WrittenAfter?.Kind), Of(NpgsqlDbType.Bigint, WrittenAfter?.Place),
    ];

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    private static DateOnly Bounded(DateOnly day) => day < First ? First : day > Last ? Last : day;

    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone) => Shell.TimeZones.StartOf(Bounded(day), zone);
}
