using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>
/// A program on this machine. It gets each piece as a file that only the portal's user can read and that is gone
/// afterwards, none of the portal's settings in its environment, and prints a JSON object a line.
/// </summary>
internal sealed class CommandTranscriber(IOptions<TranscriptionOptions> options) : ITranscriber
{
    /// <summary>Characters of all that it prints.</summary>
    private const int MostPrinted = 16 * 1024 * 1024;

    private static readonly string[] PassedOn = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"];

    public long MaxBytes => options.Value.MaxUploadBytes;

    public async Task<HeardPiece> TranscribeAsync(SoundPiece piece, string? prompt, CancellationToken cancellation)
    {
        var isWav = piece.ContentType == Wav.ContentType;
        if (!isWav && !options.Value.HasDecoder)
            throw Failed("The transcription command reads WAV alone, and this call was recorded as Ogg Opus by LiveKit: that needs Transcription:Decoder or Transcription:Endpoint.");
        var folder = Directory.CreateTempSubdirectory("portal-sound-");
        try
        {
            var path = Path.Combine(folder.FullName, piece.FileName);
            await using (var file = File.Create(path))
            await using (var sound = await piece.OpenAsync(cancellation))
                await sound.CopyToAsync(file, cancellation);
            if (!isWav)
                path = await DecodeAsync(path, cancellation);
            var heard = await RunAsync(
                "transcription command", options.Value.Command!, [(CommandLine.File, path), (CommandLine.Language, options.Value.Language ?? ""), (CommandLine.Prompt, prompt ?? "")],
                (output, limit) => ReadAsync(output, piece.Length, limit), cancellation);
            return new(heard, options.Value.Language);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> DecodeAsync(string path, CancellationToken cancellation)
    {
        var wav = Path.ChangeExtension(path, ".wav");
        await RunAsync("decoder", options.Value.Decoder!, [(CommandLine.File, path), (CommandLine.Wav, wav)], SwallowAsync, cancellation);
        return File.Exists(wav) ? wav : throw Failed("The decoder made no sound.");
    }

    /// <param name="what">In words for the coach.</param>
    private async Task<T> RunAsync<T>(
        string what, string command, (string Name, string Value)[] values, Func<StreamReader, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        using var process = Start(what, command, values);
        try
        {
            process.StandardInput.Close();
            var printed = read(process.StandardOutput, limit.Token);
            var ignored = SwallowAsync(process.StandardError, limit.Token);
            var result = await printed;
            await ignored;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? result : throw Failed($"The {what} ended with {process.ExitCode}.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"The {what} took longer than {options.Value.Timeout.TotalSeconds:0} seconds.");
        }
        catch (JsonException e)
        {
            throw Failed($"The {what} printed something else than a JSON object a line with start, end and text.", e);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string what, string command, (string Name, string Value)[] values)
    {
        var words = CommandLine.Split(command)!;
        var start = new ProcessStartInfo(CommandLine.Find(words[0]) ?? words[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetDirectoryName(values[0].Value)!,
        };
        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(values.Aggregate(word, (w, v) => w.Replace(v.Name, v.Value, StringComparison.Ordinal)));
        foreach (var name in start.Environment.Keys.Except(PassedOn, StringComparer.OrdinalIgnoreCase).ToList())
            start.Environment.Remove(name);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed($"The {what} could not be started: an admin has to look at the section Transcription.", e);
        }
    }

    private static async Task<List<Heard>> ReadAsync(StreamReader output, TimeSpan length, CancellationToken cancellation)
    {
        var (heard, printed) = (new List<Heard>(), 0L);
        while (await output.ReadLineAsync(cancellation) is { } line)
        {
            if ((printed += line.Length) > MostPrinted)
                throw Failed("The transcription command printed too much.");
            if (string.IsNullOrWhiteSpace(line))
                continue;
            using var said = JsonDocument.Parse(line);
            if (VerboseJson.Segment(said.RootElement, length) is { } segment)
                heard.Add(segment);
        }
        return heard;
    }

    /// <summary>What it says of itself may hold what people said: it goes nowhere.</summary>
    private static async Task<bool> SwallowAsync(StreamReader printed, CancellationToken cancellation)
    {
        var buffer = new char[4096];
        while (await printed.ReadAsync(buffer, cancellation) > 0)
        {
        }
        return true;
    }

    private static StepFailedException Failed(string words, Exception? inner = null) => new(words + " The captions of the call stay.", inner);
}
