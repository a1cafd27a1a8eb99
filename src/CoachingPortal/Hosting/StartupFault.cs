using System.Net.Sockets;
using CoachingPortal.Data;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CoachingPortal.Hosting;

/// <summary>Something outside the program keeps the portal from starting: settings, the machine, the database.</summary>
/// <param name="message">What is wrong and what to do, for the person who starts the portal.</param>
public class StartupFaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Turns what can go wrong at the start, and is no mistake of the program, into lines a person can act on.</summary>
public static class StartupFaults
{
    /// <returns>One line a fault; null when the exception is a mistake of the program, whose stack trace is wanted.</returns>
    public static IReadOnlyList<string>? Explain(Exception exception) => exception switch
    {
        StartupFaultException e => [e.Message],
        OptionsValidationException e => [.. e.Failures],
        AggregateException { InnerExceptions: var all } when all.Select(Explain).ToList() is var lines && lines.All(l => l is not null) => [.. lines.SelectMany(l => l!)],
        InvalidDataException { InnerException: FormatException inner } e => [$"{e.Message.TrimEnd('.')}: {inner.InnerException?.Message ?? inner.Message}"],
        InvalidOperationException e when e.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => [e.Message],
        IOException { InnerException: AddressInUseException } e => [Taken(AddressIn(e.Message))],
        SocketException { SocketErrorCode: SocketError.AccessDenied } => ["The portal may not listen on the address it was given (ports below 1024 need special rights). Take another one: --urls http://127.0.0.1:6001"],
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => ["This machine does not have the address the portal was told to listen on. Take another one: --urls http://127.0.0.1:6001"],
        NpgsqlException e => [$"The database cannot be reached: {e.Message.TrimEnd('.')}. Check ConnectionStrings:Portal."],
        _ => null,
    };

    internal static string Taken(string address) => $"{address} is taken by another program. Stop that one, or take another port: --urls http://127.0.0.1:6001";

    private static string AddressIn(string message) =>
        message.Split(' ').FirstOrDefault(w => w.Contains("://", StringComparison.Ordinal))?.TrimEnd(':', '.') ?? "The port";
}
