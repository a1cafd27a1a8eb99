using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;

namespace CoachingPortal.Benchmarks;

/// <summary>The portal's mixing of the two sides into one file, store to store, beside <c>sox -m</c> on the same two files, in turns.</summary>
internal static class MixBesideSox
{
    private const int Rounds = 5;
    private const string Key = "benchmark/mixed.wav";

    /// <param name="objects">The folder of a portal's object store.</param>
    public static async Task RunAsync(string objects, Recording recording, Report report)
    {
        var store = new DiskObjectStore(objects);
        var sides = new[] { RecordingKeys.Incoming, RecordingKeys.Outgoing }.Select(name => recording.Files.Single(f => f.Name == name)).ToArray();
        var files = sides.Select(f => Path.Combine(objects, f.Key)).ToArray();
        var soxOutput = Path.Combine(objects, "benchmark-sox.wav");
        List<double> own = [], sox = [];
        for (var round = -1; round < Rounds; round++)
        {
            var seconds = await OwnAsync(store, sides, recording.SampleRate);
            // Without dither, which costs it time and the portal's mix does not need.
            var soxSeconds = await SoxAsync(["-D", "-m", .. files, "-b", "16", soxOutput]);
            if (round < 0)
                continue; // warms the caches and the compiler
            own.Add(seconds);
            if (soxSeconds is { } s)
                sox.Add(s);
        }
        var beside = sox.Count > 0 ? Median(sox) : (double?)null;
        report.Add(new("recorder", "mix of 2 x 1 h", Median(own), "s", Most: beside, Beside: beside, Besides: "sox -m"));
        report.Note(beside is null
            ? "recorder: sox not installed, so the mix stands alone."
            : $"recorder: the two mixes differ by at most {await DifferenceAsync(store, soxOutput)} of 32768.");
    }

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }

    private static async Task<double> OwnAsync(DiskObjectStore store, RecordingFile[] sides, int rate)
    {
        var clock = Stopwatch.StartNew();
        await using var one = await store.OpenAsync(sides[0].Key, Wav.HeaderBytes);
        await using var other = await store.OpenAsync(sides[1].Key, Wav.HeaderBytes);
        await using var mix = new MixedWav(one!, other!, (sides[0].Size - Wav.HeaderBytes) / 2, rate);
        await store.PutAsync(Key, mix);
        return clock.Elapsed.TotalSeconds;
    }

    /// <returns>Null when there is no sox.</returns>
    private static async Task<double?> SoxAsync(string[] arguments)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            using var sox = Process.Start("sox", arguments);
            await sox.WaitForExitAsync();
            return sox.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"sox ended with {sox.ExitCode}.");
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task<int> DifferenceAsync(DiskObjectStore store, string soxOutput)
    {
        await using var own = (await store.OpenAsync(Key))!;
        await using var other = File.OpenRead(soxOutput);
        await Wav.ReadHeaderAsync(own);
        await Wav.ReadHeaderAsync(other);
        var (a, b, most) = (new byte[1 << 20], new byte[1 << 20], 0);
        while (true)
        {
            var count = await own.ReadAtLeastAsync(a, a.Length, throwOnEndOfStream: false);
            var same = await other.ReadAtLeastAsync(b, b.Length, throwOnEndOfStream: false);
            if (count != same)
                throw new InvalidOperationException("The two mixes differ in length.");
            if (count == 0)
                return most;
            most = Math.Max(most, Most(MemoryMarshal.Cast<byte, short>(a.AsSpan(0, count)), MemoryMarshal.Cast<byte, short>(b.AsSpan(0, count))));
        }
    }

    private static int Most(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        var most = 0;
        for (var i = 0; i < a.Length; i++)
            most = Math.Max(most, Math.Abs(a[i] - b[i]));
        return most;
    }
}
