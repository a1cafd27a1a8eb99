using CoachingPortal.Domain;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Fred;

/// <summary>Asks the model for one word.</summary>
internal sealed class ModelProbe(FredMentor mentor, IOptions<FredOptions> options, TimeProvider time) : ISystemProbe
{
    public string Name => "model";

    public string Title => "FRED's model";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (mentor.IsOffline)
            return new(ProbeState.NotSetUp, "No model is set (Fred:Endpoint, Fred:Model, Fred:Key): the offline guide answers.");
        var begun = time.GetTimestamp();
        var answer = await mentor.AskModelAsync("This checks that you can be reached. Answer with the single word: ready", "Are you ready?", null, cancellation);
        return answer is null
            ? new(ProbeState.Fails, $"{options.Value.Model} did not answer; the offline guide takes over. Check Fred:Endpoint and Fred:Key.")
            : new(ProbeState.Works, $"{options.Value.Model} answered in {time.GetElapsedTime(begun).TotalSeconds:0.0} s.");
    }
}
