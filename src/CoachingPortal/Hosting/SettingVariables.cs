namespace CoachingPortal.Hosting;

public static class SettingVariables
{
    /// <summary>Takes settings also from environment variables of the names that other programs use; a setting's own key goes before.</summary>
    public static void AcceptVariables(this IConfigurationManager configuration, IEnumerable<(string Variable, string Key)> variables) =>
        configuration.AddInMemoryCollection(variables
            .Where(v => string.IsNullOrWhiteSpace(configuration[v.Key]) && !string.IsNullOrWhiteSpace(configuration[v.Variable]))
            .Select(v => KeyValuePair.Create(v.Key, configuration[v.Variable])).ToList());
}
