using System.Text.Json;

namespace CoachingPortal.Calls;

/// <summary>
/// The modules that the lobby starts with, each by the name that pages write: asked for with the page's style sheets, they
/// are there when it comes to them. Known where the portal is published (build/bundle.mjs); elsewhere none.
/// </summary>
public sealed class CallModules
{
    public CallModules(IWebHostEnvironment host)
    {
        var file = host.WebRootFileProvider.GetFileInfo("js/shared/preload.json");
        if (!file.Exists)
            return;
        using var json = file.CreateReadStream();
        First = JsonSerializer.Deserialize<string[]>(json) ?? [];
    }

    /// <summary>Such as <c>js/call/boot.js</c>.</summary>
    public IReadOnlyList<string> First { get; } = [];
}
