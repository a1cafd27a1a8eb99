using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using CoachingPortal.Recordings;
using CoachingPortal.Tests.Transcripts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <param name="Seconds">Of the sound.</param>
/// <param name="Tone">The sound has pitches instead of words: whether the founder's (440 Hz), the coach's (1000 Hz) or neither is in it.</param>
public sealed record Asked(IReadOnlyDictionary<string, string> Fields, long Bytes, double Seconds, string? Tone);

/// <summary>
/// An OpenAI-compatible server of transcriptions on a port of its own, strict about what it is sent. It hears tones: each
/// stretch of one is a segment that names it, at its time.
/// </summary>
public sealed class FakeTranscription : IAsyncDisposable
{
    public const string Key = "a transcription key";
    public const string Model = "fake-1";
    public const int Limit = 300_000;

    private static readonly HashSet<string> Known = ["model", "response_format", "timestamp_granularities[]", "language", "prompt"];

    private WebApplication? app;

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Answers to come before any good one: the status, and how many seconds to wait.</summary>
    public ConcurrentQueue<(int Status, int? RetryAfter)> Faults { get; } = new();

    /// <summary>What was wrong with a request; such a one is answered by 400.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Runs before each answer.</summary>
    public Func<Task>? Before { get; set; }

    public double Confidence { get; set; } = 0.9;

    /// <summary>What it answers for any sound, without segments, as servers do that only know the whole; null for segments.</summary>
    public string? Whole { get; set; }

    /// <summary>How many segments it understands; what comes after them it takes for noise, by the figures that whisper gives.</summary>
    public int Understands { get; set; } = int.MaxValue;

    /// <summary>What each segment says; its words share its time equally. Null for the tone's name.</summary>
    public string? Says { get; set; }

    /// <summary>Whether it tells words' times; if not, it refuses to be asked.</summary>
    public bool KnowsWords { get; set; } = true;

    public string Endpoint { get; private set; } = "";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/audio/transcriptions", (Delegate)AnswerAsync);
        await app.StartAsync();
        Endpoint = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1";
    }

    public void Reset()
    {
        Requests.Clear();
        Faults.Clear();
        Complaints.Clear();
        Before = null;
        (Whole, Says, KnowsWords) = (null, null, true);
        Confidence = 0.9;
        Understands = int.MaxValue;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        if (Before is not null)
            await Before();
        if (http.Request.Headers.Authorization != "Bearer " + Key)
            return Results.Json(new { error = new { message = "Incorrect API key provided", type = "invalid_request_error" } }, statusCode: 401);
        if (http.Request.ContentLength is not { } length)
            return Wrong("no Content-Length");
        if (length > Limit)
            return Results.Json(new { error = new { message = "Maximum content size limit exceeded", type = "server_error" } }, statusCode: 413);
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "multipart/form-data")
            return Wrong("not multipart/form-data");
        var form = await http.Request.ReadFormAsync();
        if (form.Keys.Except(Known).FirstOrDefault() is { } unknown)
            return Wrong("unknown field " + unknown);
        if (form["model"] != Model || form["response_format"] != "verbose_json" || form["timestamp_granularities[]"] is not [ "segment", .. ] granularities)
            return Wrong("wrong model, response_format or timestamp_granularities[]");
        if (granularities.Contains("word") && !KnowsWords)
            return Results.Json(new { error = new { message = "timestamp_granularities[]: word is not supported", type = "invalid_request_error" } }, statusCode: 400);
        if (form.Files is not [{ Name: "file" } file] || Path.GetExtension(file.FileName) is not (".wav" or ".ogg"))
            return Wrong("not one file whose name tells its format");
        if (Faults.TryDequeue(out var fault))
        {
            if (fault.RetryAfter is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Results.Json(new { error = new { message = "not now" } }, statusCode: fault.Status);
        }
        using var sound = new MemoryStream();
        await file.CopyToAsync(sound);
        sound.Position = 0;
        if (file.FileName.EndsWith(".ogg", StringComparison.Ordinal))
            return Opus(form, length, sound.ToArray());
        var format = await Wav.ReadHeaderAsync(sound);
        if (format.SampleRate != 16000 || format.Samples * 2 + Wav.HeaderBytes != sound.Length)
            return Wrong("a WAVE file of another length or rate than it says");
        var samples = MemoryMarshal.Cast<byte, short>(sound.ToArray().AsSpan(Wav.HeaderBytes)).ToArray();
        var segments = Segments(samples);
        Requests.Enqueue(new(form.ToDictionary(f => f.Key, f => f.Value.ToString()), length, samples.Length / 16000.0, segments.Select(s => s.Tone).FirstOrDefault()));
        if (Whole is not null)
            return Results.Json(new { language = "english", text = Whole });
        return Results.Json(new
        {
            task = "transcribe",
            language = "english",
            duration = samples.Length / 16000.0,
            text = string.Join(' ', segments.Select(s => s.Tone)),
            segments = segments.Select((s, i) => (Segment: s, Number: i, IsNoise: Understands-- <= 0)).Select(s => new
            {
                id = s.Number, seek = 0, start = s.Segment.From, end = s.Segment.To, text = " " + (Says ?? s.Segment.Tone), temperature = 0.0,
                avg_logprob = s.IsNoise ? -1.4 : Math.Log(Confidence), no_speech_prob = s.IsNoise ? 0.9 : 0.01,
            }),
            words = granularities.Contains("word") ? segments.SelectMany(s => Words(s.From, s.To, Says ?? s.Tone)) : null,
        });
    }

    private static IEnumerable<object> Words(double from, double to, string text)
    {
        var words = text.Split(' ');
        return words.Select((w, i) => new { word = w.Trim('.', ','), start = from + (to - from) * i / words.Length, end = from + (to - from) * (i + 1) / words.Length });
    }

    /// <summary>Hears in Opus only that somebody speaks: packets with more in them than silence.</summary>
    private IResult Opus(IFormCollection form, long length, byte[] sound)
    {
        List<byte[]> packets;
        try
        {
            packets = OggFile.Read(sound);
        }
        catch (Exception e)
        {
            return Wrong("an Ogg Opus file with a fault: " + e.Message);
        }
        var (first, last) = (packets.FindIndex(p => p.Length > 3) * 0.02, (packets.FindLastIndex(p => p.Length > 3) + 1) * 0.02);
        Requests.Enqueue(new(form.ToDictionary(f => f.Key, f => f.Value.ToString()), length, packets.Count * 0.02, "spoken"));
        return Results.Json(new { task = "transcribe", language = "english", duration = packets.Count * 0.02, text = "spoken", segments = new[] { new { id = 0, seek = 0, start = first, end = last, text = " spoken", avg_logprob = Math.Log(Confidence), no_speech_prob = 0.01, temperature = 0.0 } } });
    }

    private IResult Wrong(string what)
    {
        Complaints.Enqueue(what);
        return Results.Json(new { error = new { message = what, type = "invalid_request_error" } }, statusCode: 400);
    }

    /// <summary>Stretches of one tone, by tenths of a second.</summary>
    private static List<(string Tone, double From, double To)> Segments(short[] samples)
    {
        const int step = 1600;
        var found = new List<(string Tone, double From, double To)>();
        for (var i = 0; i + step <= samples.Length; i += step)
        {
            var (from, to) = (i / 16000.0, (i + step) / 16000.0);
            var tone = Recordings.Sound.Level(samples, 440, from, to) > 0.2 ? "founder" : Recordings.Sound.Level(samples, 1000, from, to) > 0.2 ? "coach" : null;
            if (tone is null)
                continue;
            if (found.Count > 0 && found[^1].Tone == tone && from - found[^1].To < 0.05)
                found[^1] = found[^1] with { To = to };
            else
                found.Add((tone, from, to));
        }
        return found;
    }
}
