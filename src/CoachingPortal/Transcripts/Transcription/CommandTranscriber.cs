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
        // That is what its author was promised.
        if (piece.ContentType != Wav.ContentType)
            throw Failed("The transcription command reads WAV alone, and this call was recorded as Ogg Opus by LiveKit: that needs Transcription:Endpoint.");
        var folder = Directory.CreateTempSubdirectory("portal-sound-");
        try
        {
            var path = Path.Combine(folder.FullName, piece.FileName);
            await using (var file = File.Create(path))
            await using (var sound = await piece.OpenAsync(cancellation))
                await sound.CopyToAsync(file, cancellation);
            return await RunAsync(path, prompt, piece.Length, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<HeardPiece> RunAsync(string path, string? prompt, TimeSpan length, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        using var process = Start(path, prompt);
        try
        {
            process.StandardInput.Close();
            var said = ReadAsync(process.StandardOutput, length, limit.Token);
            var ignored = SwallowAsync(process.StandardError, limit.Token);
            var heard = await said;
            await ignored;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? new(heard, options.Value.Language)
                : throw Failed($"The transcription command ended with {process.ExitCode}.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"The transcription command took longer than {options.Value.Timeout.TotalSeconds:0} seconds.");
        }
        catch (JsonException e)
        {
            throw Failed("The transcription command printed something else than a JSON object a line with start, end and text.", e);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string path, string? prompt)
    {
        var words = CommandLine.Split(options.Value.Command!)!;
        var start = new ProcessStartInfo(CommandLine.Find(words[0]) ?? words[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetDirectoryName(path)!,
        };
        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(word.Replace(CommandLine.File, path, StringComparison.Ordinal)
                .Replace(CommandLine.Language, options.Value.Language ?? "", StringComparison.Ordinal).Replace(CommandLine.Prompt, prompt ?? "", StringComparison.Ordinal));
        foreach (var name in start.Environment.Keys.Except(PassedOn, StringComparer.OrdinalIgnoreCase).ToList())
            start.Environment.Remove(name);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed("The transcription command could not be started: an admin has to look at Transcription:Command.", e);
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
    private static async Task SwallowAsync(StreamReader error, CancellationToken cancellation)
    {
        var buffer = new char[4096];
        while (await error.ReadAsync(buffer, cancellation) > 0)
        {
        }
    }

    private static StepFailedException Failed(string words, Exception? inner = null) => new(words + " The captions of the call stay.", inner);
}
