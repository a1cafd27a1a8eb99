using CoachingPortal.Domain;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Recordings.Egress;

/// <summary>What an <see cref="EgressInfo"/> says, whichever server's version it is of.</summary>
/// <param name="Key">Of the object it writes; null when it does not say.</param>
/// <param name="StartedAt">Of the file: its first sound.</param>
/// <param name="Size">Bytes; null while unknown.</param>
internal sealed record EgressFacts(
    string EgressId, string RoomName, EgressState State, string? Key, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long? DurationMs, long? Size, string? Failure)
{
    /// <summary>Whether it may still take sound if nobody stops it.</summary>
    public bool Runs => State is EgressState.Starting or EgressState.Active;

    public static EgressFacts Of(EgressInfo info)
    {
#pragma warning disable CS0612 // Older servers say it there alone.
        var file = info.FileResults.FirstOrDefault() ?? info.File;
        var asked = info.RoomComposite?.FileOutputs.FirstOrDefault()?.Filepath ?? info.RoomComposite?.File?.Filepath ?? info.Track?.File?.Filepath;
#pragma warning restore CS0612
        var hasFile = file is { Size: > 0 };
        var state = info.Status switch
        {
            EgressStatus.EgressStarting => EgressState.Starting,
            EgressStatus.EgressActive => EgressState.Active,
            EgressStatus.EgressEnding => EgressState.Ending,
            EgressStatus.EgressComplete or EgressStatus.EgressLimitReached => EgressState.Complete,
            // Stopped or broken, it may have saved what it had.
            EgressStatus.EgressFailed or EgressStatus.EgressAborted => hasFile ? EgressState.Complete : EgressState.Failed,
            _ => EgressState.Starting,
        };
        // The egress itself starts up to seconds before its file does; one that failed says no more of that than this.
        var started = At(file?.StartedAt ?? 0) ?? (state is EgressState.Active or EgressState.Ending or EgressState.Complete ? At(info.StartedAt) : null);
        var ended = At(file?.EndedAt ?? 0) ?? At(info.EndedAt);
        long? duration = file is { Duration: > 0 } ? file.Duration / 1_000_000 : ended > started ? (long)(ended.Value - started!.Value).TotalMilliseconds : null;
        return new(
            info.EgressId, info.RoomName, state, Text(asked) ?? Text(file?.Filename), started, ended, duration, hasFile ? file!.Size : null,
            state == EgressState.Failed ? EgressWords.Of(info.Error, info.Status == EgressStatus.EgressAborted) : null);
    }

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <param name="nanoseconds">Of Unix time, cut to the microseconds that the database keeps.</param>
    private static DateTimeOffset? At(long nanoseconds) =>
        nanoseconds > 0 ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 1000 * 10) : null;
}
