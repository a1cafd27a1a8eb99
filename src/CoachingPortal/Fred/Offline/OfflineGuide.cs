namespace CoachingPortal.Fred.Offline;

/// <summary>What FRED says without a model.</summary>
public static class OfflineGuide
{
    public static string Answer(FredContext context) => $"I am the offline guide. You say: {context.Question} What would a good outcome be?";
}
