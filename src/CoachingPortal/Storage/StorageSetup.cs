using CoachingPortal.Data;

namespace CoachingPortal.Storage;

public static class StorageSetup
{
    /// <summary>The object store: <c>objects/</c> in the portal's data folder.</summary>
    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var folder = Path.Combine(builder.DataFolder(), "objects");
        builder.Services.AddSingleton<IObjectStore>(s =>
        {
            var store = new DiskObjectStore(folder);
            store.Sweep(s.GetRequiredService<TimeProvider>().GetUtcNow());
            return store;
        });
    }
}
