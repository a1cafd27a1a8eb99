using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CoachingPortal.Hosting;

/// <summary>What the portal measures of itself. Names and units follow OpenTelemetry's conventions; no tag ever holds a person or their words.</summary>
public static class Telemetry
{
    /// <summary>Of the one activity source and the one meter.</summary>
    public const string Name = "CoachingPortal";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly UpDownCounter<int> Pages = Meter.CreateUpDownCounter<int>("portal.call.pages", "{page}", "Pages connected to a call on this node.");

    public static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>(
        "portal.call.duration", "s", "From a call's first joining to its end.", advice: new() { HistogramBucketBoundaries = [30, 60, 300, 900, 1800, 2700, 3600, 5400, 7200, 14400] });

    public static readonly Counter<long> RelayedMessages = Meter.CreateCounter<long>("portal.call.relayed", "{message}", "Messages between pages that went by way of another node.");

    /// <summary>Tag: <c>outcome</c> (kept, repeated, unreadable).</summary>
    public static readonly Counter<long> Webhooks = Meter.CreateCounter<long>("portal.webhook.received", "{webhook}", "Webhooks that LiveKit had signed.");

    /// <summary>Tag: <c>reason</c> (such as expired, signature, checksum, too_large).</summary>
    public static readonly Counter<long> WebhooksRefused = Meter.CreateCounter<long>("portal.webhook.refused", "{webhook}", "Webhooks that were not to be believed.");

    /// <summary>Tag: <c>outcome</c> (applied, given_up).</summary>
    public static readonly Histogram<double> WebhookLag = Meter.CreateHistogram<double>("portal.webhook.lag", "s", "From a webhook's arrival until it was applied.");

    /// <summary>Tag: <c>kind</c> (room, track).</summary>
    public static readonly Counter<long> EgressesStarted = Meter.CreateCounter<long>("portal.egress.started", "{egress}", "Egresses that LiveKit said yes to.");

    /// <summary>Tags: <c>kind</c> (room, track), <c>outcome</c> (complete, failed).</summary>
    public static readonly Counter<long> EgressesEnded = Meter.CreateCounter<long>("portal.egress.ended", "{egress}", "Egresses that are over.");

    /// <summary>Tag: <c>kind</c> (room, track).</summary>
    public static readonly Histogram<double> EgressStart = Meter.CreateHistogram<double>("portal.egress.start.duration", "s", "From the moment a recording was wanted to the first sound in its file.");

    public static readonly Counter<long> RecorderBytes = Meter.CreateCounter<long>("portal.recorder.received", "By", "Sound taken in by the portal's own recorder.");

    /// <summary>Tags: <c>step</c>, <c>outcome</c> (done, failed).</summary>
    public static readonly Histogram<double> StepDuration = Meter.CreateHistogram<double>("portal.post_call.step.duration", "s", "One try of a step of the work after a call.");

    /// <summary>Tag: <c>source</c> (model, offline).</summary>
    public static readonly Histogram<double> AnswerDuration = Meter.CreateHistogram<double>("portal.fred.answer.duration", "s", "From a question to FRED to the end of the answer.");
}
