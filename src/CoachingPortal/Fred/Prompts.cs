using CoachingPortal.Domain;

namespace CoachingPortal.Fred;

/// <summary>FRED's instructions, kept as plain files beside this one so that a coach can read them.</summary>
internal static class Prompts
{
    public static string Mentor(Role asker) => Read(asker == Role.Coach ? "mentor-for-coach" : "mentor-for-founder");

    public static string Summary => Read("summary");

    private static string Read(string name)
    {
        using var stream = typeof(Prompts).Assembly.GetManifestResourceStream($"CoachingPortal.Fred.Prompts.{name}.md")
            ?? throw new InvalidOperationException($"The prompt {name} is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
