using CoachingPortal.Data;
using CoachingPortal.Hosting;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Storage;

public static class StorageSetup
{
    /// <summary>The object store: the bucket that <c>Recording:S3</c> names, else <c>objects/</c> in the portal's data folder.</summary>
    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var folder = Path.Combine(builder.DataFolder(), "objects");
        builder.Configuration.AcceptVariables(S3Options.Variables);
        builder.Services.AddSingleton<IValidateOptions<S3Options>, S3Options.Validator>();
        builder.AddPortalOptions<S3Options>(S3Options.Section);
        builder.AddPortalOptions<StorageOptions>(StorageOptions.Section);
        builder.Services.AddSingleton(s =>
        {
            var store = new DiskObjectStore(folder);
            store.Sweep(s.GetRequiredService<TimeProvider>().GetUtcNow());
            return store;
        });
        builder.Services.AddSingleton(s => new S3ObjectStore(s.GetRequiredService<IOptions<S3Options>>().Value));
        // What lay on the disk before there was a bucket is not moved, and not lost either.
        builder.Services.AddSingleton<IObjectStore>(s => s.GetRequiredService<IOptions<S3Options>>().Value.IsSet
            ? new LayeredObjectStore(s.GetRequiredService<S3ObjectStore>(), s.GetRequiredService<DiskObjectStore>())
            : s.GetRequiredService<DiskObjectStore>());
        builder.Services.AddSingleton<Domain.ISystemProbe, StoreProbe>();
        builder.Services.AddSingleton<DiskWatch>();
        builder.Services.AddHostedService(s => s.GetRequiredService<DiskWatch>());
    }
}
