using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CoachingPortal.MediaServer;

/// <summary>
/// Reads protobuf's JSON from a newer server: fields that we do not know are passed over, and so are values of enumerations
/// that we do not know, which Google's parser refuses.
/// </summary>
internal static class TolerantJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <exception cref="InvalidProtocolBufferException">It is not such a message.</exception>
    /// <exception cref="InvalidJsonException">It is not JSON.</exception>
    public static T Parse<T>(string json)
        where T : IMessage, new()
    {
        try
        {
            return Parser.Parse<T>(json);
        }
        catch (InvalidProtocolBufferException) when (WithoutUnknownValues(json, new T().Descriptor) is { } pruned)
        {
            return Parser.Parse<T>(pruned);
        }
    }

    /// <returns>Null when there is nothing to take out.</returns>
    private static string? WithoutUnknownValues(string json, MessageDescriptor type)
    {
        try
        {
            var root = JsonNode.Parse(json);
            return Prune(root, type) ? root!.ToJsonString() : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Prune(JsonNode? node, MessageDescriptor type)
    {
        if (node is not JsonObject message)
            return false;
        var pruned = false;
        foreach (var (name, value) in message.ToList())
        {
            var field = type.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name || f.Name == name);
            if (field is { FieldType: FieldType.Message, IsMap: false })
            {
                foreach (var part in value is JsonArray list ? list.AsEnumerable() : [value])
                    pruned |= Prune(part, field.MessageType);
            }
            else if (field is { FieldType: FieldType.Enum })
            {
                pruned |= value is JsonArray values ? values.RemoveAll(v => IsUnknown(v, field.EnumType)) > 0 : IsUnknown(value, field.EnumType) && message.Remove(name);
            }
        }
        return pruned;
    }

    private static bool IsUnknown(JsonNode? value, EnumDescriptor type) =>
        value?.GetValueKind() == JsonValueKind.String && type.FindValueByName(value.GetValue<string>()) is null;
}
