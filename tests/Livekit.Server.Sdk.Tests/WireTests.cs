using Google.Protobuf;
using Google.Protobuf.Reflection;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests;

/// <summary>Our messages beside LiveKit's own, field by field.</summary>
public sealed class WireTests
{
    private static readonly Dictionary<string, (byte[] Bytes, string Json)> Messages = Read();

    public static TheoryData<string> Names => [.. Messages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_OfLiveKitsOwnMaking_IsUnderstoodToTheLastField(string name)
    {
        var type = Descriptor(name);
        var (bytes, json) = Messages[name];

        var read = type.Parser.ParseFrom(bytes);
        // Strict: a field we do not know, or know under another name, does not pass.
        var fromJson = JsonParser.Default.Parse(json, type);

        Assert.Equal(fromJson, read);
        Assert.Equal(bytes.Length, type.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes).CalculateSize());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_OfLiveKitsOwnMaking_SetsEveryFieldWeHave(string name)
    {
        var read = Descriptor(name).Parser.ParseFrom(Messages[name].Bytes);
        // Empty here because they are set in a line of their own, or are the other branch of a choice.
        string[] elsewhere = ["job", "websocket_url", "preset", "advanced", "file", "track", "layout", "video_only", "metadata"];

        var unset = Descriptor(name).Fields.InDeclarationOrder().Where(f => !IsSet(f, read) && !elsewhere.Contains(f.Name)).Select(f => f.Name);

        Assert.Empty(unset);
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        null => false,
        System.Collections.ICollection { Count: var count } => count > 0,
        string text => text.Length > 0,
        ByteString bytes => bytes.Length > 0,
        bool value => value,
        IMessage => true,
        var number => Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture) != 0,
    };

    private static MessageDescriptor Descriptor(string name) =>
        new[] { ModelsReflection.Descriptor, RoomReflection.Descriptor, EgressReflection.Descriptor, AgentReflection.Descriptor, WebhookReflection.Descriptor }
            .SelectMany(f => f.MessageTypes).Single(m => m.Name == name);

    private static Dictionary<string, (byte[] Bytes, string Json)> Read()
    {
        using var lines = new StreamReader(typeof(WireTests).Assembly.GetManifestResourceStream("Wire.txt")!);
        return lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#'))
            .Select(l => l.Split(' ', 3)).ToDictionary(p => p[0], p => (Convert.FromHexString(p[1]), p[2]));
    }
}
