using System.Text;
using System.Text.Json;

#pragma warning disable CS1591, CA1050, CA1051, CA1707, CA1032, CA1034, CA1052, CA1710, CA1716, CA1720, CA1724 // Names and places are the community package's.

/// <summary>How LiveKit refuses.</summary>
public class Twirp
{
    /// <summary>The codes of the Twirp specification.</summary>
    public enum ErrorCode
    {
        NoError, Canceled, Unknown, Invalid_Argument, Malformed, Deadline_Exceeded, Not_Found, Bad_Route, Already_Exists, Permission_Denied,
        Unauthenticated, Resource_Exhausted, Failed_Precondition, Aborted, Out_Of_Range, Unimplemented, Internal, Unavailable, Data_Loss,
    }

    /// <summary>A call that LiveKit refused.</summary>
    public class Exception(ErrorCode type, string message) : System.Exception(message)
    {
        public readonly ErrorCode Type = type;
    }

    /// <summary>Reads an answer that is not a success.</summary>
    internal static Exception Error(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            using var error = JsonDocument.Parse(text);
            return new(
                Enum.TryParse<ErrorCode>(error.RootElement.GetProperty("code").GetString(), ignoreCase: true, out var code) ? code : ErrorCode.Unknown,
                error.RootElement.TryGetProperty("msg", out var said) ? said.GetString() ?? text : text);
        }
        catch (System.Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not of LiveKit's own making: something between us answered.
            return new(ErrorCode.Unknown, text);
        }
    }
}
