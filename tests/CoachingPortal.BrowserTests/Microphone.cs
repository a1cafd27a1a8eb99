using System.Buffers.Binary;

namespace CoachingPortal.BrowserTests;

/// <summary>A sound file that Chromium plays as a microphone, over and over.</summary>
public static class Microphone
{
    private const int Rate = 48000;

    /// <summary>Four seconds of a tone in bursts with a rhythm like syllables, 16-bit mono at 48 kHz.</summary>
    /// <param name="frequency">Hz.</param>
    /// <returns>The file's path.</returns>
    public static string Tone(string folder, int frequency)
    {
        var path = Path.Combine(folder, $"tone-{frequency}.wav");
        var samples = new byte[Rate * 4 * 2];
        for (var i = 0; i < samples.Length / 2; i++)
        {
            var t = (double)i / Rate;
            var syllable = Math.Sin(2 * Math.PI * 2 * t) > -0.6 ? 1 : 0;
            var value = (short)(0.5 * short.MaxValue * syllable * Math.Sin(2 * Math.PI * frequency * t));
            BinaryPrimitives.WriteInt16LittleEndian(samples.AsSpan(i * 2), value);
        }
        using var file = new BinaryWriter(File.Create(path));
        file.Write("RIFF"u8);
        file.Write(36 + samples.Length);
        file.Write("WAVEfmt "u8);
        file.Write(16);
        file.Write((short)1);
        file.Write((short)1);
        file.Write(Rate);
        file.Write(Rate * 2);
        file.Write((short)2);
        file.Write((short)16);
        file.Write("data"u8);
        file.Write(samples.Length);
        file.Write(samples);
        return path;
    }

    /// <summary>How much of the samples' energy lies at the frequency, 0 to about 1 (Goertzel).</summary>
    public static double Share(ReadOnlySpan<short> samples, int frequency, int rate)
    {
        var coefficient = 2 * Math.Cos(2 * Math.PI * frequency / rate);
        double s1 = 0, s2 = 0, energy = 0;
        foreach (var sample in samples)
        {
            var s = sample + coefficient * s1 - s2;
            (s2, s1) = (s1, s);
            energy += (double)sample * sample;
        }
        return energy == 0 ? 0 : 2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / (energy * samples.Length);
    }
}
