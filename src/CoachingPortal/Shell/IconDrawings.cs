namespace CoachingPortal.Shell;

/// <summary>The portal's own icons: strokes of 1.75 on a grid of 24.</summary>
public static class IconDrawings
{
    private const string Microphone = """<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>""";
    private const string Camera = """<rect x="3" y="6.5" width="12.5" height="11" rx="2.5"/><path d="m15.5 10.5 5.5-3v9l-5.5-3"/>""";
    private const string Slash = """<path d="m4 4 16 16"/>""";

    private static readonly Dictionary<string, string> Drawings = new(StringComparer.Ordinal)
    {
        ["mic"] = Microphone,
        ["mic-off"] = Microphone + Slash,
        ["camera"] = Camera,
        ["camera-off"] = Camera + Slash,
        ["screen"] = """<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20h7M12 13.5v-5m0 0L9.75 10.7M12 8.5l2.25 2.2"/>""",
        ["leave"] = """<path d="M3.2 14.8c-.7-1.2-.4-2.6.7-3.5C6.2 9.6 9 8.7 12 8.7s5.8.9 8.1 2.6c1.1.9 1.4 2.3.7 3.5l-.5.8c-.4.7-1.3.9-2 .6l-2.4-1c-.7-.3-1.1-1-1-1.7l.1-1.3a11 11 0 0 0-6 0l.1 1.3c.1.7-.3 1.4-1 1.7l-2.4 1c-.7.3-1.6.1-2-.6z"/>""",
        ["devices"] = """<path d="M4 7h9m5 0h2M4 17h2m5 0h9"/><circle cx="15.5" cy="7" r="2.5"/><circle cx="8.5" cy="17" r="2.5"/>""",
        ["record"] = """<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>""",
        ["pause"] = """<path d="M8.5 5.5v13M15.5 5.5v13"/>""",
        ["play"] = """<path d="M7.5 5.3v13.4c0 .5.5.8.9.5l10-6.7a.6.6 0 0 0 0-1l-10-6.7c-.4-.3-.9 0-.9.5z"/>""",
        ["chat"] = """<path d="M20.5 11.5a7.5 7.5 0 0 1-7.5 7.5H4.5l1.6-3.1A7.5 7.5 0 0 1 11 4h2a7.5 7.5 0 0 1 7.5 7.5z"/><path d="M9 10h7M9 13.5h4.5"/>""",
        ["captions"] = """<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="M10.5 10.5a2.1 2.1 0 1 0 0 3M17 10.5a2.1 2.1 0 1 0 0 3"/>""",
        ["calendar"] = """<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/>""",
        ["people"] = """<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14a6.5 6.5 0 0 1 3.5 5.5"/>""",
        ["person"] = """<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>""",
        ["key"] = """<circle cx="8" cy="15.5" r="4.5"/><path d="M11.3 12.2 20 3.5M16 7.5l3 3"/>""",
        ["plus"] = """<path d="M12 5v14M5 12h14"/>""",
        ["edit"] = """<path d="M4 20h3.5L19 8.5a2.1 2.1 0 0 0 0-3L18.5 5a2.1 2.1 0 0 0-3 0L4 16.5zM13.5 7l3.5 3.5"/>""",
        ["trash"] = """<path d="M4 6.5h16M9.5 6.5V4.2h5v2.3M6 6.5l.8 12.2a1.5 1.5 0 0 0 1.5 1.4h7.4a1.5 1.5 0 0 0 1.5-1.4L18 6.5M10 10.5v5.5M14 10.5v5.5"/>""",
        ["undo"] = """<path d="M8 4.5 3.5 9 8 13.5M3.5 9H14a6 6 0 0 1 0 12h-2.5"/>""",
        ["check"] = """<path d="m4.5 12.5 5 5 10-11"/>""",
        ["close"] = """<path d="m6 6 12 12M18 6 6 18"/>""",
        ["search"] = """<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>""",
        ["chevron-down"] = """<path d="m6 9.5 6 6 6-6"/>""",
        ["chevron-right"] = """<path d="m9.5 6 6 6-6 6"/>""",
        ["chevron-left"] = """<path d="m14.5 6-6 6 6 6"/>""",
        ["sun"] = """<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/>""",
        ["lock"] = """<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>""",
        ["warning"] = """<path d="M10.7 4.2 2.9 17.8a1.5 1.5 0 0 0 1.3 2.2h15.6a1.5 1.5 0 0 0 1.3-2.2L13.3 4.2a1.5 1.5 0 0 0-2.6 0zM12 9.5v4.5M12 17v.01"/>""",
        ["info"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7v.01"/>""",
        ["download"] = """<path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M4.5 19.5h15"/>""",
        ["copy"] = """<rect x="8.5" y="8.5" width="12" height="12" rx="2.5"/><path d="M15.5 8.5V6A2.5 2.5 0 0 0 13 3.5H6A2.5 2.5 0 0 0 3.5 6v7A2.5 2.5 0 0 0 6 15.5h2.5"/>""",
        ["sign-out"] = """<path d="M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10.5 12H21m0 0-4-4m4 4-4 4"/>""",
        ["home"] = """<path d="m3.5 11 8.5-7 8.5 7M6 9.5V20h4.5v-5.5h3V20H18V9.5"/>""",
        ["settings"] = """<circle cx="12" cy="12" r="3"/><path d="M12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M18.5 5.5l-2.1 2.1M7.6 16.4l-2.1 2.1"/>""",
        ["note"] = """<path d="M6 3.5h8.5L19 8v11a1.5 1.5 0 0 1-1.5 1.5h-11.5A1.5 1.5 0 0 1 4.5 19V5A1.5 1.5 0 0 1 6 3.5zM14 3.5V8.5h5M8.5 12.5h7M8.5 16h4.5"/>""",
        ["spark"] = """<path d="M12 3c.7 4.6 3.4 7.7 8.5 9-5.1 1.3-7.8 4.4-8.5 9-.7-4.6-3.4-7.7-8.5-9C8.6 10.7 11.3 7.6 12 3z"/>""",
        ["clock"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>""",
        ["link"] = """<path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.3 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.3-1.3"/>""",
        ["speed"] = """<path d="M4.6 18.5a9 9 0 1 1 14.8 0M12 13.5l4-5"/><circle cx="12" cy="14" r="1.2" fill="currentColor" stroke="none"/>""",
        ["chart"] = """<path d="M4 20h16M7 16.5v-5M12 16.5v-10M17 16.5v-7"/>""",
        ["speaker"] = """<path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11"/>""",
        ["menu"] = """<path d="M4 7h16M4 12h16M4 17h16"/>""",
    };

    public static IReadOnlyCollection<string> Names => Drawings.Keys;

    /// <returns>SVG elements; those of <c>info</c> for a name that there is not, so that a slip shows without breaking the page.</returns>
    public static string Of(string name) => Drawings.GetValueOrDefault(name) ?? Drawings["info"];
}
