namespace Livekit.Server.Sdk.Dotnet;

/// <summary>What is wrong with a token.</summary>
public enum TokenFault
{
    /// <summary>It is not a JSON Web Token, or its claims are not of the right kinds.</summary>
    Malformed,

    /// <summary>It is signed with another algorithm than HS256.</summary>
    Algorithm,

    /// <summary>It was not signed with our secret, or was changed since.</summary>
    Signature,

    /// <summary>It was made under another API key.</summary>
    Issuer,

    /// <summary>It is no longer valid, or says nothing of when it ends.</summary>
    Expired,

    /// <summary>It is not valid yet.</summary>
    TooEarly,
}

/// <summary>A token is not to be trusted. The message repeats nothing of it and may be logged.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">The same in words.</param>
/// <param name="inner">What brought it to light.</param>
public sealed class InvalidTokenException(TokenFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public TokenFault Fault { get; } = fault;
}
