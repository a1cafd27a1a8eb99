using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using AI = Microsoft.Extensions.AI;

namespace CoachingPortal.Fred;

/// <summary>Any OpenAI-compatible server as an <see cref="IChatClient"/>: text in, text out, streamed.</summary>
/// <remarks>Our own because Microsoft.Extensions.AI.OpenAI cannot be restored on our build machines.</remarks>
public sealed class OpenAiChatClient(ChatClient inner) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<AI.ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in inner.CompleteChatStreamingAsync(Map(messages, options), Map(options), cancellationToken))
        {
            var response = new ChatResponseUpdate
            {
                ResponseId = update.CompletionId,
                MessageId = update.CompletionId,
                ModelId = update.Model,
                CreatedAt = update.CreatedAt,
                Role = ChatRole.Assistant,
                FinishReason = Map(update.FinishReason),
            };
            foreach (var part in update.ContentUpdate)
                if (part.Text is { Length: > 0 } text)
                    response.Contents.Add(new TextContent(text));
            if (update.Usage is { } usage)
                response.Contents.Add(new UsageContent(new() { InputTokenCount = usage.InputTokenCount, OutputTokenCount = usage.OutputTokenCount, TotalTokenCount = usage.TotalTokenCount }));
            yield return response;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() { }

    private static AI.ChatFinishReason? Map(OpenAI.Chat.ChatFinishReason? reason) => reason switch
    {
        null => null,
        OpenAI.Chat.ChatFinishReason.Stop => AI.ChatFinishReason.Stop,
        OpenAI.Chat.ChatFinishReason.Length => AI.ChatFinishReason.Length,
        OpenAI.Chat.ChatFinishReason.ContentFilter => AI.ChatFinishReason.ContentFilter,
        _ => AI.ChatFinishReason.ToolCalls,
    };

    private static IEnumerable<OpenAI.Chat.ChatMessage> Map(IEnumerable<AI.ChatMessage> messages, ChatOptions? options)
    {
        if (options?.Instructions is { Length: > 0 } instructions)
            yield return new SystemChatMessage(instructions);
        foreach (var message in messages)
            yield return message.Role == ChatRole.System ? new SystemChatMessage(message.Text)
                : message.Role == ChatRole.Assistant ? new AssistantChatMessage(message.Text)
                : new UserChatMessage(message.Text);
    }

    private static ChatCompletionOptions Map(ChatOptions? options)
    {
        var mapped = new ChatCompletionOptions { Temperature = options?.Temperature, MaxOutputTokenCount = options?.MaxOutputTokens };
        if (options?.ResponseFormat is ChatResponseFormatJson)
            mapped.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat();
        return mapped;
    }
}
