using Microsoft.Extensions.Options;

namespace CoachingPortal.Fred;

/// <summary>Section <c>Fred</c>. With <see cref="Endpoint"/>, <see cref="Model"/> and <see cref="Key"/> a model answers, without them the offline guide.</summary>
public sealed class FredOptions
{
    /// <summary>Base address of an OpenAI-compatible server, such as <c>https://api.example.com/v1</c>.</summary>
    public string? Endpoint { get; set; }

    public string? Model { get; set; }

    /// <summary>The server's API key. A server that wants none is given any word.</summary>
    public string? Key { get; set; }

    /// <summary>How long the model may take to say its first word, in seconds.</summary>
    public double FirstWordSeconds { get; set; } = 15;

    /// <summary>How long a whole answer may take, in seconds.</summary>
    public double AnswerSeconds { get; set; } = 60;

    /// <summary>The offline guide's pause between two words, in milliseconds.</summary>
    public int OfflineWordMs { get; set; } = 25;

    /// <summary>How many questions a person may ask in five minutes.</summary>
    public int QuestionsInFiveMinutes { get; set; } = 20;

    /// <summary>What a million tokens cost, for the system page's sum; in whatever currency you pay.</summary>
    public decimal? InputPrice { get; set; }

    /// <inheritdoc cref="InputPrice"/>
    public decimal? OutputPrice { get; set; }

    public bool HasModel => !string.IsNullOrWhiteSpace(Endpoint) && !string.IsNullOrWhiteSpace(Model) && !string.IsNullOrWhiteSpace(Key);

    internal sealed class Validator : IValidateOptions<FredOptions>
    {
        public ValidateOptionsResult Validate(string? name, FredOptions o)
        {
            var faults = new List<string>();
            (string Key, string? Value)[] settings = [("Fred:Endpoint", o.Endpoint), ("Fred:Model", o.Model), ("Fred:Key", o.Key)];
            var missing = settings.Where(s => string.IsNullOrWhiteSpace(s.Value)).Select(s => s.Key).ToList();
            if (missing.Count is 1 or 2)
                faults.Add($"{string.Join(" and ", missing)} missing: set all of Fred:Endpoint, Fred:Model and Fred:Key for a model, or none for the offline guide.");
            if (!string.IsNullOrWhiteSpace(o.Endpoint) && !(Uri.TryCreate(o.Endpoint, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")))
                faults.Add("Fred:Endpoint must be an http or https address, such as https://api.example.com/v1.");
            if (!(o.FirstWordSeconds is > 0 and <= 300))
                faults.Add("Fred:FirstWordSeconds must lie between 0 and 300.");
            if (!(o.AnswerSeconds is > 0 and <= 600))
                faults.Add("Fred:AnswerSeconds must lie between 0 and 600.");
            if (o.OfflineWordMs is < 0 or > 1000)
                faults.Add("Fred:OfflineWordMs must lie between 0 and 1000.");
            if (o.QuestionsInFiveMinutes < 1)
                faults.Add("Fred:QuestionsInFiveMinutes must be at least 1.");
            if (o.InputPrice < 0 || o.OutputPrice < 0)
                faults.Add("Fred:InputPrice and Fred:OutputPrice are what a million tokens cost, and not negative.");
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
