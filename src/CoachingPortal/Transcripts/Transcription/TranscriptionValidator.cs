using CoachingPortal.Domain;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>All that is wrong with the section <c>Transcription</c>, each fault naming its key.</summary>
internal sealed class TranscriptionValidator : IValidateOptions<TranscriptionOptions>
{
    /// <summary>About three seconds of sound.</summary>
    private const long SmallestUpload = 100_000;
    private const long LargestUpload = 2_000_000_000;
    private const int LongestName = 100;

    public ValidateOptionsResult Validate(string? name, TranscriptionOptions options) =>
        Faults(options).ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private static IEnumerable<string> Faults(TranscriptionOptions o)
    {
        const string section = TranscriptionOptions.Section;
        if (o.HasEndpoint && o.HasCommand)
            yield return $"{section}:Command and {section}:Endpoint are both set: set one of them.";
        if (o.HasEndpoint && !(Uri.TryCreate(o.Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Query: "", Fragment: "", UserInfo: "" }))
            yield return $"{section}:Endpoint must be an http or https address, such as https://api.example.com/v1.";
        if (o.HasEndpoint && string.IsNullOrWhiteSpace(o.Model))
            yield return $"{section}:Model is missing: the endpoint has to be asked for one.";
        if (!o.HasEndpoint && (!string.IsNullOrWhiteSpace(o.Model) || !string.IsNullOrWhiteSpace(o.ApiKey)))
            yield return $"{section}:Endpoint is missing: {section}:Model and {section}:ApiKey mean nothing without it.";
        if (o.ServiceName is { } service && !string.IsNullOrWhiteSpace(service) && (!o.HasEndpoint || service.Length > LongestName || service.Any(char.IsControl)))
            yield return o.HasEndpoint ? $"{section}:ServiceName must be a name of at most {LongestName} characters." : $"{section}:ServiceName means nothing without {section}:Endpoint.";
        if (o.ApiKey?.Any(c => char.IsControl(c) || c > 126) == true)
            yield return $"{section}:ApiKey has characters that cannot be sent.";
        if (o.HasCommand && CommandFault(o.Command!, CommandLine.File) is { } fault)
            yield return $"{section}:Command {fault}";
        if (o.HasDecoder && !o.HasCommand)
            yield return $"{section}:Command is missing: {section}:Decoder means nothing without it.";
        if (o.HasDecoder && CommandFault(o.Decoder!, CommandLine.File, CommandLine.Wav) is { } decoderFault)
            yield return $"{section}:Decoder {decoderFault}";
        if (o.Language is { } language && !(language.Length is >= 2 and <= 35 && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            yield return $"{section}:Language must be a language's code, such as en.";
        if (VocabularyFault(o.Vocabulary) is { } words)
            yield return $"{section}:Vocabulary: {words}";
        if (o.MaxUploadBytes is < SmallestUpload or > LargestUpload)
            yield return $"{section}:MaxUploadBytes must lie between {SmallestUpload} and {LargestUpload}, not {o.MaxUploadBytes}.";
        if (o.Timeout < TimeSpan.FromSeconds(1) || o.Timeout > TimeSpan.FromHours(4))
            yield return $"{section}:Timeout must lie between 00:00:01 and 04:00:00, not {o.Timeout}.";
        if (!(o.ConfidenceThreshold is >= 0 and <= 1))
            yield return $"{section}:ConfidenceThreshold must lie between 0 and 1.";
    }

    private static string? CommandFault(string command, params string[] needed)
    {
        if (CommandLine.Split(command) is not { Count: > 0 } words)
            return "has a quotation mark that is not closed.";
        if (needed.FirstOrDefault(n => !words.Skip(1).Any(w => w.Contains(n, StringComparison.Ordinal))) is { } missing)
            return $"must name the sound by {missing}, such as: {words[0]} {string.Join(' ', needed)}";
        return CommandLine.Find(words[0]) is null ? $"starts with {words[0]}, which is no program on this machine." : null;
    }

    private static string? VocabularyFault(string? vocabulary)
    {
        try
        {
            Vocabulary.Read(vocabulary);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
