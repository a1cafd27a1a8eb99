using System.ClientModel;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CoachingPortal.Domain;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using AI = Microsoft.Extensions.AI;

namespace CoachingPortal.Fred;

/// <summary>A piece of an answer as it comes.</summary>
/// <param name="IsOffline">The offline guide speaks (from here on).</param>
public readonly record struct FredPiece(string Text, bool IsOffline);

/// <summary>FRED: the model when one is configured, else, and whenever the model fails, the offline guide.</summary>
public sealed partial class FredMentor(IChatClient client, OfflineFred offline, IOptions<FredOptions> options, TimeProvider time, ILogger<FredMentor> log)
{
    internal const string TakesOver = "The model did not answer; the offline guide takes over.";
    internal const string TakesOverMidway = "The model stopped here; the offline guide takes over.";

    private const int MaxPromptChat = 40;
    private const int MaxAnswer = 16_000;
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)];

    /// <summary>Whether only the offline guide can answer.</summary>
    public bool IsOffline => client is OfflineFred;

    /// <summary>Streams the answer to the context's question. A failing model ends in the offline guide's answer, never in an exception.</summary>
    public async IAsyncEnumerable<FredPiece> AnswerAsync(FredContext context, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (!IsOffline)
        {
            var length = 0;
            var failed = false;
            await foreach (var piece in FromModelAsync(context, cancellation))
            {
                if (piece is null)
                {
                    failed = true;
                    break;
                }
                length += piece.Length;
                yield return new(piece, false);
                if (length > MaxAnswer)
                    break;
            }
            if (!failed && length > 0)
                yield break;
            yield return new(length == 0 ? $"{TakesOver}\n\n" : $"\n\n{TakesOverMidway}\n\n", true);
        }
        await foreach (var word in offline.SpeakAsync(context, cancellation))
            yield return new(word, true);
    }

    /// <summary>The model's words, and null when it failed. Bounded to the first word and in all.</summary>
    private async IAsyncEnumerable<string?> FromModelAsync(FredContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.AnswerSeconds), time);
        using var firstWord = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.FirstWordSeconds), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token, firstWord.Token);
        var updates = client.GetStreamingResponseAsync(Messages(context), Options(context), linked.Token).GetAsyncEnumerator(linked.Token);
        try
        {
            while (true)
            {
                string? words;
                try
                {
                    // Awaited beside the limit: a client that does not look at its token must not hold the person up.
                    if (!await updates.MoveNextAsync().AsTask().WaitAsync(linked.Token))
                        yield break;
                    words = updates.Current.Text;
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested && IsModelFailure(e))
                {
                    LogFailed(limit.IsCancellationRequested || firstWord.IsCancellationRequested ? "too slow" : e.GetType().Name);
                    words = null;
                }
                if (words is { Length: > 0 })
                    firstWord.CancelAfter(Timeout.InfiniteTimeSpan);
                if (words != "")
                    yield return words;
                if (words is null)
                    yield break;
            }
        }
        finally
        {
            _ = DisposeAsync(updates);
        }
    }

    /// <summary>A whole answer in one piece, bounded likewise; null when there is no model or it failed. For a summary nobody waits: a server that is busy or away is asked three times.</summary>
    internal async Task<string?> AskModelAsync(string instructions, string material, ModelUse use, CancellationToken cancellation)
    {
        if (IsOffline)
            return null;
        foreach (var pause in use.Purpose == ModelPurpose.Summary ? Pauses : [])
        {
            var (answer, isWorthAnother) = await AskOnceAsync(instructions, material, use, cancellation);
            if (answer is not null || !isWorthAnother)
                return answer;
            await Task.Delay(pause, time, cancellation);
        }
        return (await AskOnceAsync(instructions, material, use, cancellation)).Text;
    }

    private async Task<(string? Text, bool IsWorthAnother)> AskOnceAsync(string instructions, string material, ModelUse use, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.AnswerSeconds), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            var answer = await client.GetResponseAsync(
                [new(AI.ChatRole.System, instructions), new(AI.ChatRole.User, material)],
                new() { ResponseFormat = use.Purpose == ModelPurpose.Summary ? ChatResponseFormat.Json : null, AdditionalProperties = new() { [ModelLog.UseKey] = use } }, linked.Token).WaitAsync(linked.Token);
            return (string.IsNullOrWhiteSpace(answer.Text) ? null : answer.Text, true);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && IsModelFailure(e))
        {
            LogFailed(limit.IsCancellationRequested ? "too slow" : e.GetType().Name);
            return (null, e is not ClientResultException { Status: >= 400 and < 500 and not 408 and not 429 });
        }
    }

    /// <summary>Whatever a model's server, its client or the way to it may throw.</summary>
    private static bool IsModelFailure(Exception e) =>
        e is ClientResultException or AggregateException or OperationCanceledException or IOException or JsonException or HttpRequestException or TimeoutException
            or InvalidOperationException or FormatException or ArgumentException or NotSupportedException or KeyNotFoundException;

    private static List<AI.ChatMessage> Messages(FredContext context)
    {
        List<AI.ChatMessage> messages = [new(AI.ChatRole.System, Prompts.Mentor(context.Asker) + "\n\n" + context.Describe())];
        messages.AddRange(context.Chat.TakeLast(MaxPromptChat).Select(m => new AI.ChatMessage(m.Role == Domain.ChatRole.Fred ? AI.ChatRole.Assistant : AI.ChatRole.User, m.Text)));
        return messages;
    }

    private static ChatOptions Options(FredContext context) => new() { AdditionalProperties = new() { [OfflineFred.ContextKey] = context, [ModelLog.UseKey] = new ModelUse(ModelPurpose.Chat, context.SessionId) }, MaxOutputTokens = 800 };

    private static async Task DisposeAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        try
        {
            await updates.DisposeAsync();
        }
        catch (Exception e) when (IsModelFailure(e))
        {
            // It failed already; that was said.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The model did not answer ({Reason}); the offline guide takes over")]
    private partial void LogFailed(string reason);
}
