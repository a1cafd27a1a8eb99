using System.Collections.Concurrent;
using CoachingPortal.Domain;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>What the tests of a call begin with: a founder and their coach, each at a browser, and a session to hold.</summary>
public abstract class TwoPeople(Stage stage) : IAsyncLifetime
{
    private readonly ConcurrentBag<Visitor> visitors = [];

    protected Stage Stage { get; } = stage;

    /// <summary>Null until the scene is set.</summary>
    protected PortalProcess? Portal { get; private set; }

    protected Stage.Database Database { get; private set; } = null!;

    protected CoachingSession Session { get; private set; } = null!;

    /// <summary>On the Studio tier.</summary>
    protected Person Founder { get; private set; } = null!;

    protected Person Coach { get; private set; } = null!;

    /// <summary>The founder's seat; she is signed in, and has no page open yet.</summary>
    protected Seat Fiona { get; private set; } = null!;

    /// <summary>The coach's seat.</summary>
    protected Seat Carla { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            (Portal, Database) = await PortalAsync();
            Coach = await Database.APersonAsync("Carla Coach", Role.Coach);
            Founder = await Database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
            Session = await Database.ASessionAsync(Coach, Founder);
            var seats = await Task.WhenAll(SeatAsync(Founder, Session, 440), SeatAsync(Coach, Session, 1000));
            (Fiona, Carla) = (seats[0], seats[1]);
            await BeginAsync();
        }
        catch
        {
            // The runner does not dispose of what could not be set up, and a call left running slows all that follows.
            await DisposeAsync();
            throw;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The portal that they use; the one of all tests unless a class needs its own.</summary>
    protected virtual Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync();

    /// <summary>What has happened before each test of a class begins.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>Signs a person in, to go when the test does.</summary>
    protected async Task<Visitor> SignInAsync(Person person, int toneHz = 440)
    {
        var visitor = await Visitor.SignInAsync(Stage, Portal!, person, toneHz);
        visitors.Add(visitor);
        return visitor;
    }

    protected async Task<Seat> SeatAsync(Person person, CoachingSession session, int toneHz) => new(await SignInAsync(person, toneHz), session);

    /// <summary>Through the lobby into the call, the founder first.</summary>
    /// <param name="record">The founder asks for a recording, and agrees.</param>
    /// <param name="coachAgrees">To that; null leaves the question as it is.</param>
    /// <param name="transcript">The founder agrees to one.</param>
    protected async Task BothJoinAsync(bool record = false, bool? coachAgrees = null, bool transcript = false)
    {
        await Fiona.OpenLobbyAsync();
        await Fiona.JoinAsync(record, record ? true : null, transcript);
        await Carla.OpenLobbyAsync();
        await Carla.JoinAsync(agree: coachAgrees);
    }
}
