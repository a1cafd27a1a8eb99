namespace CoachingPortal.Calls.PostCall;

public static class PostCallSetup
{
    public static void AddPostCall(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PostCallSteps>();
        builder.Services.AddSingleton<PostCallQueue>();
    }
}
