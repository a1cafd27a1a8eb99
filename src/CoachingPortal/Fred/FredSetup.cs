using System.ClientModel;
using System.ClientModel.Primitives;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using CoachingPortal.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;

namespace CoachingPortal.Fred;

public static class FredSetup
{
    public static void AddFred(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<FredOptions>, FredOptions.Validator>();
        builder.AddPortalOptions<FredOptions>("Fred");
        services.AddSingleton<OfflineFred>();
        services.AddSingleton<IChatClient>(s => s.GetRequiredService<IOptions<FredOptions>>().Value is { HasModel: true } o
            ? ActivatorUtilities.CreateInstance<ModelLog>(s, (IChatClient)OpenAi(o)) : s.GetRequiredService<OfflineFred>());
        services.AddSingleton<FredMentor>();
        services.AddSingleton<ISystemProbe, ModelProbe>();
        services.AddSingleton<FredChat>();
        services.AddHostedService(s => s.GetRequiredService<FredChat>());
        services.AddSingleton<ISystemProbe, SummaryProbe>();
        services.AddSingleton<Summariser>();
        services.AddSingleton<SummariseSession>();
        services.AddSingleton<IPostCallStep>(s => s.GetRequiredService<SummariseSession>());
    }

    public static void MapFred(this WebApplication app) => app.MapSummaryApi();

    /// <remarks>No retries here: FRED has seconds, and the offline guide stands ready; a summary is asked for again by <see cref="FredMentor.AskModelAsync"/>. The whole is bounded by <see cref="FredMentor"/>.</remarks>
    private static OpenAiChatClient OpenAi(FredOptions o) =>
        new(new(o.Model, new ApiKeyCredential(o.Key!), new OpenAIClientOptions
        {
            Endpoint = new(o.Endpoint!),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = TimeSpan.FromSeconds(o.AnswerSeconds),
        }));
}
