namespace CoachingPortal.Data;

/// <summary>Where the portal keeps what it is not told to keep elsewhere: <c>Data:Folder</c>, else <c>.data</c> beside <c>appsettings.json</c>.</summary>
public sealed record DataFolder(string Path);
