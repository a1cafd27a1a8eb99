using CoachingPortal.Storage;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>The section <c>Archive</c>: a bucket of its own for the sessions as JSON. Without it they lie where recordings do.</summary>
public sealed class ArchiveOptions
{
    public const string Section = "Archive";

    public string? Bucket { get; set; }

    /// <summary>This and the following: where not set, those of <see cref="S3Options"/>.</summary>
    public string? AccessKey { get; set; }

    public string? Secret { get; set; }

    public string? Region { get; set; }

    public string? Endpoint { get; set; }

    /// <summary>The names that other programs of this kind read, each with the key it stands for.</summary>
    internal static readonly (string Variable, string Key)[] Variables =
    [
        ("ANALYTICS_S3_BUCKET", Section + ":Bucket"), ("ANALYTICS_S3_ACCESS_KEY", Section + ":AccessKey"), ("ANALYTICS_S3_SECRET", Section + ":Secret"),
        ("ANALYTICS_S3_REGION", Section + ":Region"), ("ANALYTICS_S3_ENDPOINT", Section + ":Endpoint"),
    ];

    /// <returns>Null when the archive has no bucket of its own.</returns>
    public S3Options? BucketBeside(S3Options recordings)
    {
        if (string.IsNullOrWhiteSpace(Bucket))
            return null;
        // A key of one store is of no use at the address of another: what is set here is taken as a whole.
        return string.IsNullOrWhiteSpace(AccessKey) && string.IsNullOrWhiteSpace(Secret)
            ? new() { Bucket = Bucket, AccessKey = recordings.AccessKey, Secret = recordings.Secret, Region = Or(Region, recordings.Region), Endpoint = Or(Endpoint, recordings.Endpoint) }
            : new() { Bucket = Bucket, AccessKey = AccessKey, Secret = Secret, Region = Region, Endpoint = Endpoint };

        static string? Or(string? own, string? others) => string.IsNullOrWhiteSpace(own) ? others : own;
    }

    internal sealed class Validator(IOptions<S3Options> recordings) : IValidateOptions<ArchiveOptions>
    {
        public ValidateOptionsResult Validate(string? name, ArchiveOptions o)
        {
            if (string.IsNullOrWhiteSpace(o.Bucket))
                return ((string?[])[o.AccessKey, o.Secret, o.Region, o.Endpoint]).All(string.IsNullOrWhiteSpace)
                    ? ValidateOptionsResult.Success
                    : ValidateOptionsResult.Fail($"{Section}:Bucket is missing: set it (ANALYTICS_S3_BUCKET), or nothing of {Section}.");
            S3Options rest;
            try
            {
                rest = recordings.Value;
            }
            catch (OptionsValidationException)
            {
                return ValidateOptionsResult.Success; // Recording:S3 says its own faults; with them there is nothing to say here.
            }
            var faults = o.BucketBeside(rest) is { IsSet: true } bucket
                ? new S3Options.Validator().Validate(null, bucket).Failures?.Select(f => f.Replace(S3Options.Section, Section, StringComparison.Ordinal)).ToList()
                : [$"{Section}:Bucket needs a key: set AccessKey, Secret and Region of {Section} (and Endpoint for a store that is not Amazon's), or those of {S3Options.Section}."];
            return faults is { Count: > 0 } ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
        }
    }
}
