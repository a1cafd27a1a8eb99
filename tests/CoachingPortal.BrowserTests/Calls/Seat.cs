using System.Text.Json;
using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>A visitor's place in one call: what they press and what they see there.</summary>
public sealed class Seat(Visitor visitor, CoachingSession session)
{
    /// <summary>Milliseconds; joining on two busy cores takes a while.</summary>
    private const float Patience = 60_000;

    public Visitor Visitor { get; } = visitor;

    public IPage Page => Visitor.Page;

    public ILocator Find(string testId) => Page.GetByTestId(testId);

    public async Task OpenLobbyAsync()
    {
        await Page.GotoAsync($"/sessions/{session.Id}/call");
        await Assertions.Expect(Find("lobby")).ToBeVisibleAsync();
        await Assertions.Expect(Find("join")).ToBeEnabledAsync();
    }

    /// <param name="record">Ticks the recording toggle (a Studio founder has it).</param>
    /// <param name="agree">To being recorded, when the lobby asks; null leaves the question as it is.</param>
    public async Task JoinAsync(bool record = false, bool? agree = null, bool transcript = false)
    {
        if (record)
            await Find("recording-toggle").CheckAsync();
        if (agree is { } answer)
            await Find("consent-recording").SetCheckedAsync(answer);
        if (transcript)
            await Find("consent-transcript").CheckAsync();
        await Find("join").ClickAsync();
        await IsInTheCallAsync();
    }

    public async Task IsInTheCallAsync()
    {
        await Assertions.Expect(Find("call")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Page.WaitForFunctionAsync("() => window.portalCall?.state?.people?.some(p => p.participationId === portalCall.participationId)", null, new() { Timeout = Patience });
    }

    /// <summary>
    /// Waits until the page is live again after its portal was away. The call may be back before that: where the portal no
    /// longer knows the circuit, the page is loaded anew.
    /// </summary>
    public Task CircuitIsBackAsync() => Assertions.Expect(Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 120_000 });

    /// <summary>Waits until pictures of the other have been decoded and their sound has had energy.</summary>
    public Task SeesAndHearsTheOtherAsync() =>
        Page.WaitUntilAsync(
            """
            async () => (await portalCall.getStats()).some(p =>
                p.reports.some(r => r.type === 'inbound-rtp' && r.kind === 'video' && r.framesDecoded > 5) &&
                p.reports.some(r => r.type === 'inbound-rtp' && r.kind === 'audio' && r.totalAudioEnergy > 0))
            """,
            timeout: Patience);

    /// <summary>Sound energy received so far from the other.</summary>
    public Task<double> HeardAsync() =>
        Page.EvaluateAsync<double>("async () => (await portalCall.getStats()).flatMap(p => p.reports).filter(r => r.type === 'inbound-rtp' && r.kind === 'audio').reduce((sum, r) => sum + (r.totalAudioEnergy ?? 0), 0)");

    public Task SeesRecordingAsync(bool on) => Assertions.Expect(Find("recording-indicator")).ToBeVisibleAsync(new() { Visible = on });

    public Task SeesReasonAsync(string part) =>
        Assertions.Expect(Find("recording-reason")).ToContainTextAsync(part, new() { Timeout = Patience, IgnoreCase = true });

    public async Task OpenFredAsync()
    {
        if (!await Find("fred").IsVisibleAsync())
            await Find("fred-toggle").ClickAsync();
        await Assertions.Expect(Find("fred")).ToBeVisibleAsync();
        await Assertions.Expect(Find("fred-send")).ToBeEnabledAsync(new() { Timeout = Patience });
    }

    /// <summary>Asks, and waits until the answer stands.</summary>
    public async Task AskFredAsync(string question)
    {
        var answers = await Find("fred-message-fred").CountAsync();
        await Find("fred-input").FillAsync(question);
        await Find("fred-send").ClickAsync();
        await Assertions.Expect(Find("fred-message-fred")).ToHaveCountAsync(answers + 1, new() { Timeout = Patience });
    }

    public async Task LeaveAsync()
    {
        await Find("leave").ClickAsync();
        await Assertions.Expect(Find("after-call")).ToBeVisibleAsync();
    }

    /// <summary>A request as the page's own scripts make it, with the person's cookie.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        var answer = await Visitor.Context.APIRequest.PostAsync(path, new() { DataObject = body });
        var text = await answer.TextAsync();
        return (answer.Status, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
