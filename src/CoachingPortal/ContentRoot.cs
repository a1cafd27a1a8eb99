namespace CoachingPortal;

/// <summary>The nearest folder, at or above the program's, that holds <c>appsettings.json</c>: the checkout or the published folder.</summary>
public static class ContentRoot
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "appsettings.json")))
                return folder.FullName;
        return AppContext.BaseDirectory;
    }
}
