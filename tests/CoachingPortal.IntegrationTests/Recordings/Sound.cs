using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using CoachingPortal.Recordings;

namespace CoachingPortal.IntegrationTests.Recordings;

/// <summary>Test sound, and how to hear what is in it.</summary>
internal static class Sound
{
    public const int Rate = 16000;

    public static byte[] Tone(double hertz, double seconds, double amplitude = 0.8, long from = 0) => MemoryMarshal.AsBytes<short>(
        Enumerable.Range(0, (int)(seconds * Rate)).Select(i => (short)(amplitude * short.MaxValue * Math.Sin(2 * Math.PI * hertz * (from + i) / Rate))).ToArray()).ToArray();

    /// <summary>Goertzel: the amplitude, 0 to 1, of one pitch between two times of a file.</summary>
    public static double Level(short[] samples, double hertz, double fromSeconds, double toSeconds)
    {
        var part = samples.AsSpan((int)(fromSeconds * Rate), (int)((toSeconds - fromSeconds) * Rate));
        var factor = 2 * Math.Cos(2 * Math.PI * hertz / Rate);
        double before = 0, last = 0;
        foreach (var sample in part)
            (before, last) = (last, sample / 32768.0 + factor * last - before);
        return 2 * Math.Sqrt(Math.Max(0, last * last + before * before - factor * last * before)) / part.Length;
    }

    public static double Seconds(this short[] samples) => (double)samples.Length / Rate;

    public static async Task<BegunTrack> BeginsTrackAsync(this HttpClient client, Guid recordingId, Guid participationId, DateTimeOffset startedAt)
    {
        var response = await client.PostAsJsonAsync($"/api/recordings/{recordingId}/tracks", new { participationId, startedAt });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<BegunTrack>())!;
    }

    public static Task<HttpResponseMessage> SendsAsync(this HttpClient client, Guid trackId, int number, long position, byte[] pcm) =>
        client.PutAsync($"/api/recordings/tracks/{trackId}/chunks/{number}?position={position}", new ByteArrayContent(pcm) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });

    /// <summary>Sends sound in chunks of a second, the last ones first.</summary>
    public static async Task SendsAllAsync(this HttpClient client, Guid trackId, byte[] pcm, long position = 0)
    {
        const int bytes = Rate * 2;
        for (var n = (pcm.Length - 1) / bytes; n >= 0; n--)
        {
            var response = await client.SendsAsync(trackId, n, position + (long)n * Rate, pcm[(n * bytes)..Math.Min(pcm.Length, (n + 1) * bytes)]);
            Assert.True(response.StatusCode == System.Net.HttpStatusCode.NoContent, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    public static async Task<short[]> SamplesAsync(this HttpClient client, Guid recordingId, string name)
    {
        var file = new MemoryStream(await client.GetByteArrayAsync($"/api/recordings/{recordingId}/files/{name}"));
        var format = await Wav.ReadHeaderAsync(file);
        Assert.Equal(Rate, format.SampleRate);
        var samples = MemoryMarshal.Cast<byte, short>(file.ToArray().AsSpan(Wav.HeaderBytes)).ToArray();
        Assert.Equal(format.Samples, samples.Length);
        return samples;
    }
}
