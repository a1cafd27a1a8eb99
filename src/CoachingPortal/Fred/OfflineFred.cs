using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CoachingPortal.Fred.Offline;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using AI = Microsoft.Extensions.AI;

namespace CoachingPortal.Fred;

/// <summary>
/// The chat client that needs no network. It answers from the <see cref="FredContext"/> that comes with the options,
/// not from the prompt, and speaks word by word.
/// </summary>
public sealed partial class OfflineFred(IOptions<FredOptions> options, TimeProvider time) : IChatClient
{
    internal const string ContextKey = "fred.context";

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        new(new AI.ChatMessage(AI.ChatRole.Assistant, await Task.FromResult(OfflineGuide.Answer(Context(options)))));

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<AI.ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var word in SpeakAsync(Context(options), cancellationToken))
            yield return new(AI.ChatRole.Assistant, word);
    }

    /// <summary>The answer in pieces of a word with the space after it.</summary>
    public async IAsyncEnumerable<string> SpeakAsync(FredContext context, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pause = TimeSpan.FromMilliseconds(options.Value.OfflineWordMs);
        foreach (Match word in Words().Matches(OfflineGuide.Answer(context)))
        {
            yield return word.Value;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellation);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() { }

    private static FredContext Context(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue<FredContext>(ContextKey, out var context) == true
            ? context
            : throw new InvalidOperationException("The offline guide answers from a FredContext alone.");

    [GeneratedRegex(@"\S+\s*", RegexOptions.Singleline)]
    private static partial Regex Words();
}
