using System.Diagnostics;
using System.Runtime.CompilerServices;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Fred;

/// <summary>What the model is asked for, and for which session.</summary>
internal sealed record ModelUse(ModelPurpose Purpose, Guid? SessionId);

/// <summary>Writes down what each request to the model cost. That it cannot be written down is no reason to go without an answer.</summary>
internal sealed partial class ModelLog(IChatClient inner, IDbContextFactory<PortalDb> databases, IOptions<FredOptions> options, TimeProvider time, ILogger<ModelLog> log) : DelegatingChatClient(inner)
{
    /// <summary>Among the options' additional properties: a <see cref="ModelUse"/>.</summary>
    public const string UseKey = "fred.use";

    /// <summary>A <see cref="ModelCall.Failure"/> that is none of the model's: whoever asked went away.</summary>
    public const string CutShort = "cut short";

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (askedAt, begun) = (time.GetUtcNow(), Stopwatch.GetTimestamp());
        UsageDetails? usage = null;
        var failure = CutShort;
        var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync())
                        break;
                }
                catch (Exception e)
                {
                    failure = e.GetType().Name;
                    throw;
                }
                usage = updates.Current.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
                yield return updates.Current;
            }
            failure = null;
        }
        finally
        {
            _ = WriteAsync(options, askedAt, Stopwatch.GetElapsedTime(begun), usage, failure);
            await updates.DisposeAsync();
        }
    }

    private async Task WriteAsync(ChatOptions? asked, DateTimeOffset at, TimeSpan took, UsageDetails? usage, string? failure)
    {
        var use = asked?.AdditionalProperties?.GetValueOrDefault(UseKey) as ModelUse ?? new(ModelPurpose.Check, null);
        var (input, output) = ((int?)usage?.InputTokenCount, (int?)usage?.OutputTokenCount);
        LogAsked(options.Value.Model!, use.Purpose, use.SessionId, took.TotalMilliseconds, input, output, failure ?? "none");
        try
        {
            await using var db = await databases.CreateDbContextAsync();
            db.ModelCalls.Add(new()
            {
                SessionId = use.SessionId, Purpose = use.Purpose, Model = options.Value.Model!, AskedAt = at,
                DurationMs = (int)took.TotalMilliseconds, InputTokens = input, OutputTokens = output, Failure = failure,
            });
            await db.SaveChangesAsync();
        }
        catch (Exception e)
        {
            LogNotWritten(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "Asked {Model} for {Purpose} of session {SessionId}: {DurationMs:0} ms, {InputTokens} tokens in, {OutputTokens} out, failure {Failure}")]
    private partial void LogAsked(string model, ModelPurpose purpose, Guid? sessionId, double durationMs, int? inputTokens, int? outputTokens, string failure);

    [LoggerMessage(LogLevel.Warning, "What a request to the model cost could not be written down")]
    private partial void LogNotWritten(Exception exception);
}
