using System.Collections.Concurrent;
using System.Net;
using System.Text;
using CoachingPortal.MediaServer;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>
/// A LiveKit server for tests, as far as its API goes: Twirp as JSON and in binary, strict about tokens, grants and unknown
/// fields. It keeps rooms, people, egresses and agents as the tests and the portal tell it, fails as it is told, and posts
/// signed webhooks when it is told. Media it has none.
/// </summary>
public sealed partial class FakeLiveKit : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<FakeCall> _calls = new();
    private readonly ConcurrentDictionary<string, Func<IMessage, CancellationToken, Task>> _before = new();
    private readonly ConcurrentDictionary<string, Func<IMessage, CancellationToken, Task>> _after = new();
    private readonly WebApplication _app;
    private readonly TokenVerifier _verifier;

    private FakeLiveKit(WebApplication app, string key, string secret)
    {
        _app = app;
        Key = key;
        Secret = secret;
        _verifier = new TokenVerifier(key, secret);
        app.MapPost("/twirp/{service}/{method}", AnswerAsync);
    }

    public string Key { get; }

    public string Secret { get; }

    /// <summary>Such as <c>http://127.0.0.1:41234</c>.</summary>
    public string ApiUrl { get; private set; } = "";

    public string Url => ApiUrl.Replace("http://", "ws://", StringComparison.Ordinal);

    /// <summary>What the portal has to be set to for this server.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["LiveKit:Url"] = Url, ["LiveKit:ApiKey"] = Key, ["LiveKit:ApiSecret"] = Secret,
    };

    /// <summary>Every call that passed the door, in order, those that then failed included.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. _calls];

    /// <summary>The requests of one method, such as <c>StopEgress</c>.</summary>
    public IReadOnlyList<T> Asked<T>(string method)
        where T : IMessage => [.. _calls.Where(c => c.Method == method).Select(c => (T)c.Request)];

    public static async Task<FakeLiveKit> StartAsync(string key = "devkey", string secret = "a secret of more than thirty-two characters")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var fake = new FakeLiveKit(builder.Build(), key, secret);
        await fake._app.StartAsync();
        fake.ApiUrl = fake._app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return fake;
    }

    /// <summary>The method fails from now on, and does nothing.</summary>
    public void Fails(string method, string code = LiveKitCode.Internal, string message = "it is broken") =>
        _before[method] = (_, _) => throw new Refusal(code, message);

    /// <summary>The method fails this often, and works then.</summary>
    public void FailsTimes(string method, int times, string code = LiveKitCode.Unavailable) =>
        _before[method] = (_, _) => Interlocked.Decrement(ref times) >= 0 ? throw new Refusal(code, "it is broken for a while") : Task.CompletedTask;

    /// <summary>The method fails one time in so many, and does nothing then.</summary>
    public void FailsNowAndThen(string method, int oneIn) =>
        _before[method] = (_, _) => Random.Shared.Next(oneIn) == 0 ? throw new Refusal(LiveKitCode.Unavailable, "it is broken at times") : Task.CompletedTask;

    /// <summary>The method never answers, and does nothing.</summary>
    /// <returns>Done as soon as somebody waits for it.</returns>
    public Task Hangs(string method) => Hangs<IMessage>(method, _ => true);

    /// <inheritdoc cref="Hangs(string)"/>
    public Task Hangs<T>(string method, Func<T, bool> which)
        where T : IMessage => NeverGoesOn(_before, method, which);

    /// <summary>The method takes its time before it does anything.</summary>
    public void IsSlow(string method, TimeSpan by) => _before[method] = (_, c) => Task.Delay(by, c);

    /// <summary>The same, and it does it even when nobody waits for it any more.</summary>
    public void IsLate(string method, TimeSpan by) => _before[method] = (_, _) => Task.Delay(by, CancellationToken.None);

    /// <summary>The method does what it should and never answers: whoever called does not learn of it.</summary>
    /// <returns>Done as soon as somebody waits for the answer.</returns>
    public Task LosesTheAnswerOf(string method) => LosesTheAnswerOf<IMessage>(method, _ => true);

    /// <inheritdoc cref="LosesTheAnswerOf(string)"/>
    public Task LosesTheAnswerOf<T>(string method, Func<T, bool> which)
        where T : IMessage => NeverGoesOn(_after, method, which);

    /// <summary>Runs when the method has done its work, before it answers.</summary>
    public void After(string method, Func<Task> work) => _after[method] = (_, _) => work();

    /// <summary>The method, or all of them, work again as they should.</summary>
    public void Works(string? method = null)
    {
        foreach (var name in _before.Keys.Concat(_after.Keys).Where(m => method is null || m == method).ToList())
        {
            _before.TryRemove(name, out _);
            _after.TryRemove(name, out _);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task NeverGoesOn<T>(ConcurrentDictionary<string, Func<IMessage, CancellationToken, Task>> where, string method, Func<T, bool> which)
        where T : IMessage
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        where[method] = (request, c) =>
        {
            if (!which((T)request))
                return Task.CompletedTask;
            reached.TrySetResult();
            return Task.Delay(Timeout.Infinite, c);
        };
        return reached.Task;
    }

    private async Task AnswerAsync(HttpContext http, string service, string method)
    {
        var json = http.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true;
        FakeCall? asked = null;
        try
        {
            var grants = await AuthoriseAsync(http);
            if (grants is null)
                return;
            if (!json && http.Request.ContentType != "application/protobuf")
                throw new Refusal(LiveKitCode.BadRoute, $"unexpected Content-Type: {http.Request.ContentType}");
            if (!Methods.TryGetValue($"{service}/{method}", out var call))
                throw new Refusal(LiveKitCode.BadRoute, $"no handler for path {http.Request.Path}");
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var request = Read(call.Request, body.ToArray(), json);
            if (!call.IsGranted(grants, request))
                throw new Refusal(LiveKitCode.Unauthenticated, "permissions denied");
            _calls.Enqueue(asked = new FakeCall(method, request));
            if (_before.TryGetValue(method, out var before))
                await before(request, http.RequestAborted);
            IMessage answer;
            lock (_lock)
                answer = call.Do(this, request);
            if (_after.TryGetValue(method, out var after))
                await after(request, http.RequestAborted);
            http.Response.ContentType = json ? "application/json" : "application/protobuf";
            await http.Response.Body.WriteAsync(json ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(answer)) : answer.ToByteArray(), http.RequestAborted);
        }
        catch (Refusal e)
        {
            http.Response.StatusCode = e.Status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsJsonAsync(new { code = e.Code, msg = e.Message });
        }
        catch (OperationCanceledException)
        {
            // Whoever called has gone.
        }
        finally
        {
            asked?.IsDone = true;
        }
    }

    /// <summary>As LiveKit's own door: what is no good token of ours gets 401 and plain words.</summary>
    private async Task<VideoGrants?> AuthoriseAsync(HttpContext http)
    {
        try
        {
            if (http.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal))
                return _verifier.Verify(header["Bearer ".Length..]).Video;
        }
        catch (InvalidTokenException)
        {
            // Told below.
        }
        http.Response.StatusCode = 401;
        await http.Response.Body.WriteAsync("invalid authorization token"u8.ToArray());
        return null;
    }

    private static IMessage Read(MessageDescriptor type, byte[] body, bool json)
    {
        try
        {
            if (json)
                return JsonParser.Default.Parse(Encoding.UTF8.GetString(body), type);
            var message = type.Parser.ParseFrom(body);
            return type.Parser.WithDiscardUnknownFields(true).ParseFrom(body).CalculateSize() == message.CalculateSize()
                ? message
                : throw new Refusal(LiveKitCode.Malformed, $"{type.Name} with fields that it does not have");
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new Refusal(LiveKitCode.Malformed, e.Message);
        }
    }

    private sealed class Refusal(string code, string message) : Exception(message)
    {
        public string Code { get; } = code;

        public int Status => Code switch
        {
            LiveKitCode.Unauthenticated => 401,
            LiveKitCode.PermissionDenied => 403,
            LiveKitCode.NotFound or LiveKitCode.BadRoute => 404,
            LiveKitCode.InvalidArgument or LiveKitCode.Malformed or LiveKitCode.OutOfRange => 400,
            LiveKitCode.FailedPrecondition => 412,
            LiveKitCode.ResourceExhausted => 429,
            LiveKitCode.Unavailable => 503,
            LiveKitCode.AlreadyExists or LiveKitCode.Aborted => 409,
            _ => 500,
        };
    }
}

/// <param name="Method">Such as <c>StopEgress</c>.</param>
public sealed record FakeCall(string Method, IMessage Request)
{
    /// <summary>Whether it was answered, or refused, or nobody waits any more.</summary>
    public bool IsDone { get; set; }
}
