using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;

namespace CoachingPortal.Fred;

/// <summary>A question to FRED. The same <paramref name="ClientId"/> again is the same question.</summary>
public sealed record FredAsk(string Text, Guid ClientId);

/// <summary>How a conversation with FRED looks; <see cref="FredSidebar"/> gives it life.</summary>
public sealed partial class FredConversation : ComponentBase
{
    [Parameter, EditorRequired]
    public Guid SessionId { get; set; }

    /// <summary>Whether the session is the reader's at all.</summary>
    [Parameter]
    public bool IsMember { get; set; } = true;

    [Parameter]
    public bool IsCoach { get; set; }

    /// <summary>Only the offline guide can answer.</summary>
    [Parameter]
    public bool IsOffline { get; set; }

    /// <summary>Until the browser's part is there, nothing can be sent.</summary>
    [Parameter]
    public bool IsReady { get; set; }

    /// <summary>First name, for the coach's words about them.</summary>
    [Parameter]
    public string FounderName { get; set; } = "the founder";

    /// <summary>In order; null while they are read.</summary>
    [Parameter]
    public IReadOnlyList<ChatMessage>? Messages { get; set; }

    /// <summary>The answer that is being given.</summary>
    [Parameter]
    public RunningAnswer? Running { get; set; }

    /// <summary>Why the last question was not taken.</summary>
    [Parameter]
    public string? Notice { get; set; }

    [Parameter]
    public EventCallback<FredAsk> OnAsk { get; set; }

    internal ElementReference Scroll { get; private set; }

    internal ElementReference Form { get; private set; }

    private string Greeting => (IsCoach ? $"I follow the call with you. Ask me what {FounderName} said or promised, or for a question to ask." : "I follow the call with you. Tell me what is on your mind, or ask what you promised.")
        + (IsOffline ? " I am the offline guide: no language model is connected, so I work from this session's own material." : "");

    private string[] Openers => IsCoach
        ? [$"What did {FounderName} promise?", "What could I ask next?", "What has been said so far?"]
        : ["What did I promise?", "I am stuck on a decision", "Help me prepare for this call"];

    private bool IsUnanswered(ChatMessage message) =>
        message.Role != ChatRole.Fred && message.ClientId is not null && Running?.ClientId != message.ClientId && !Messages!.Any(m => m.ReplyToId == message.Id);
}
