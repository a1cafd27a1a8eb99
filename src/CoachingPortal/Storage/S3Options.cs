using Microsoft.Extensions.Options;

namespace CoachingPortal.Storage;

/// <summary>The section <c>Recording:S3</c>: the bucket in which objects lie. Without it they lie on the portal's disk.</summary>
public sealed class S3Options
{
    public const string Section = "Recording:S3";

    /// <summary>The key's public half.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The key's secret half.</summary>
    public string? Secret { get; set; }

    public string? Bucket { get; set; }

    /// <summary>Such as <c>eu-central-1</c>; stores other than Amazon's take <c>us-east-1</c> mostly.</summary>
    public string? Region { get; set; }

    /// <summary>Of a store that is not Amazon's, such as <c>https://s3.example.org</c>; buckets are then addressed as its folders.</summary>
    public string? Endpoint { get; set; }

    public bool IsSet => (string?[])[AccessKey, Secret, Bucket, Region] is var all && !all.Any(string.IsNullOrWhiteSpace);

    /// <summary>The names that other programs of this kind read, each with the key it stands for.</summary>
    internal static readonly (string Variable, string Key)[] Variables =
    [
        ("RECORDING_S3_ACCESS_KEY", Section + ":AccessKey"), ("RECORDING_S3_SECRET", Section + ":Secret"), ("RECORDING_S3_BUCKET", Section + ":Bucket"),
        ("RECORDING_S3_REGION", Section + ":Region"), ("RECORDING_S3_ENDPOINT", Section + ":Endpoint"),
    ];

    internal sealed class Validator : IValidateOptions<S3Options>
    {
        public ValidateOptionsResult Validate(string? name, S3Options o)
        {
            var faults = new List<string>();
            (string Key, string? Value)[] needed = [("AccessKey", o.AccessKey), ("Secret", o.Secret), ("Bucket", o.Bucket), ("Region", o.Region)];
            var missing = needed.Where(n => string.IsNullOrWhiteSpace(n.Value)).Select(n => $"{Section}:{n.Key}").ToList();
            if (missing.Count is > 0 and < 4 || (missing.Count == 4 && !string.IsNullOrWhiteSpace(o.Endpoint)))
                faults.Add($"{string.Join(", ", missing)} missing: set AccessKey, Secret, Bucket and Region of {Section} (and Endpoint for a store that is not Amazon's), or none of them.");
            if (!string.IsNullOrWhiteSpace(o.Endpoint) && !(Uri.TryCreate(o.Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Query: "", Fragment: "" }))
                faults.Add($"{Section}:Endpoint must be an http or https address, such as https://s3.example.org.");
            if (!string.IsNullOrWhiteSpace(o.Bucket) && (o.Bucket.Length is < 3 or > 63 || !o.Bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')))
                faults.Add($"{Section}:Bucket must have 3 to 63 small letters, digits, dots and hyphens.");
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
