using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Hosting;

public static class PortalOptions
{
    /// <summary>
    /// Binds a settings class to its section and checks it at the start by its data annotations, and by
    /// <see cref="IValidatableObject"/> where it has that. All faults of all sections are reported together, each with its key.
    /// </summary>
    /// <param name="section">Such as <c>Fred</c>.</param>
    public static OptionsBuilder<T> AddPortalOptions<T>(this WebApplicationBuilder builder, string section)
        where T : class, new()
    {
        var configuration = builder.Configuration.GetSection(section);
        builder.Services.AddSingleton<IValidateOptions<T>>(new Validation<T>(section, configuration));
        // Property by property, so that a value of the wrong kind is reported beside the others instead of hiding them.
        return builder.Services.AddOptions<T>().Configure(o => Bind(o, configuration, _ => { })).ValidateOnStart();
    }

    private static void Bind(object options, IConfigurationSection section, Action<string> fault)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var value = section.GetSection(property.Name);
            if (!value.Exists() || value is { Value: "", } && !value.GetChildren().Any())
                continue;
            try
            {
                if (value.Get(property.PropertyType) is { } read)
                    property.SetValue(options, read);
            }
            catch (InvalidOperationException e)
            {
                fault($"{(e.InnerException is null ? value.Path : PathIn(e.Message) ?? value.Path)} is '{value.Value}', which is not {Kind(property.PropertyType)}.");
            }
        }
    }

    private static string? PathIn(string message) =>
        // "Failed to convert configuration value 'x' at 'Fred:Timeout' to type ..."
        message.Split('\'') is { Length: > 3 } parts && parts[3].Contains(':', StringComparison.Ordinal) ? parts[3] : null;

    private static string Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "a time span such as 00:00:30",
            _ when type == typeof(Uri) => "an address such as https://example.org/",
            _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
            _ when type.IsPrimitive => "a number",
            _ => "of the right kind",
        };
    }

    private sealed class Validation<T>(string section, IConfigurationSection configuration) : IValidateOptions<T>
        where T : class, new()
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = new List<string>();
            Bind(new T(), configuration, faults.Add);
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            faults.AddRange(results.Select(r => $"{section}:{r.MemberNames.FirstOrDefault() ?? "*"} {r.ErrorMessage}"));
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
