using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Tests.Shell;

/// <summary>A form can be sent, and be gone, before the script that keeps it has come: that must not cost the page its circuit.</summary>
public sealed class KeptFormTests
{
    private readonly Script script = new();

    [Fact]
    public async Task Attach_FormGoneBeforeTheScriptCame_IsNoFault()
    {
        var kept = new KeptForm(script);
        var attaching = kept.AttachAsync(default, "draft");

        await kept.DropAsync("draft");
        script.Attached.SetException(new JSException("form is null"));

        await attaching;
    }

    [Fact]
    public async Task Attach_ScriptCameAfterTheFormWasSent_IsDetachedAgain()
    {
        var kept = new KeptForm(script);
        var attaching = kept.AttachAsync(default, "draft");

        await kept.DisposeAsync();
        script.Attached.SetResult(script);

        await attaching;
        Assert.Contains("detach", script.Called);
    }

    [Fact]
    public async Task Attach_ScriptThatFails_IsAFault()
    {
        var attaching = new KeptForm(script).AttachAsync(default, "draft");
        script.Attached.SetException(new JSException("broken"));

        await Assert.ThrowsAsync<JSException>(() => attaching);
    }

    [Fact]
    public async Task Attach_ScriptCame_TheFormIsThere()
    {
        var attaching = new KeptForm(script).AttachAsync(default, "draft");
        script.Attached.SetResult(script);

        await attaching;
        Assert.DoesNotContain("detach", script.Called);
    }

    /// <summary>Runtime, module and attached form in one; <c>attach</c> answers when the test says so.</summary>
    private sealed class Script : IJSRuntime, IJSObjectReference
    {
        public TaskCompletionSource<IJSObjectReference> Attached { get; } = new();

        public List<string> Called { get; } = [];

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, default, args);

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
        {
            Called.Add(identifier);
            return identifier switch
            {
                "import" => (TValue)(object)this,
                "attach" => (TValue)await Attached.Task,
                _ => default!,
            };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
