using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Demo;

/// <summary>What was said in the demo's finished session; the recordings beside it say the same.</summary>
public sealed record DemoConversation(int SampleRate, long DurationMs, IReadOnlyList<DemoConversation.Line> Turns)
{
    public sealed record Line(string Role, int StartMs, int EndMs, string Text);

    public static DemoConversation Read()
    {
        using var stream = DemoRecording.Resource("conversation.json");
        return JsonSerializer.Deserialize<DemoConversation>(stream, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A session finished last week, with everything a real one leaves behind.</summary>
public sealed class DemoPastSession(IDbContextFactory<PortalDb> databases, DemoRecording recordings, IOptions<TranscriptionOptions> transcription, TimeProvider time)
{
    private const string Room = "demo-finished";

    public async Task PrepareAsync(DemoCast cast, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Sessions.AnyAsync(s => s.RoomName == Room, cancellation))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var conversation = DemoConversation.Read();
        var now = time.GetUtcNow();
        var day = now.AddDays(-7);
        var startsAt = new DateTimeOffset(day.Year, day.Month, day.Day, 13, 0, 0, TimeSpan.Zero);
        var recordedAt = startsAt.AddMinutes(2);

        var session = Session(cast, startsAt);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellation);
        var call = new Call { SessionId = session.Id, StartedAt = startsAt.AddSeconds(70), EndedAt = recordedAt.AddMilliseconds(conversation.DurationMs).AddSeconds(2) };
        db.Calls.Add(call);
        await db.SaveChangesAsync(cancellation);
        Participation[] present = [Participation(call, cast.Studio, call.StartedAt), Participation(call, cast.Coach, recordedAt)];
        db.Participations.AddRange(present);
        db.ConnectionSamples.AddRange(present.SelectMany(Samples));
        var turns = Turns(session, call, cast, conversation, recordedAt).ToList();
        db.Turns.AddRange(turns);
        db.Items.AddRange(Items(session, turns, now));
        await db.SaveChangesAsync(cancellation);

        foreach (var person in new[] { cast.Studio, cast.Coach })
            foreach (var type in Enum.GetValues<ConsentType>())
                await Consents.AnswerAsync(db, session.Id, person.Id, ConsentWording.Of(type, transcription.Value.SentTo), granted: true, call.StartedAt, cancellation);
        await AddNotesAndChatAsync(db, session, cast, call.StartedAt, cancellation);
        await recordings.AddAsync(db, session, call, cast, conversation, recordedAt, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static CoachingSession Session(DemoCast cast, DateTimeOffset startsAt) => new()
    {
        Title = "Pricing and the first hire",
        CoachId = cast.Coach.Id,
        FounderId = cast.Studio.Id,
        StartsAt = startsAt,
        EndsAt = startsAt.AddMinutes(50),
        RoomName = Room,
        CreatedAt = startsAt.AddDays(-6),
        Tags = ["pricing", "hiring"],
        Summary =
            "Sam tried the higher price: of four quotes at ninety a month, two were signed the same day and nobody pushed back. The fear was Sam's, not the customers'. "
            + "From now on new customers pay one hundred and twenty; the old ones keep their price until spring.\n\n"
            + "Sam had been looking for a head of sales, but closes every deal alone, and support takes the mornings. So the first hire may well be for support. "
            + "A week of written-down mornings will show whether that is half a job.",
        SummarySource = SummarySource.Hand,
        SummaryAt = startsAt.AddMinutes(55),
        RecordingRequestedAt = startsAt.AddSeconds(65),
        RecordingRequestedById = cast.Studio.Id,
        IsDemo = true,
    };

    private static Participation Participation(Call call, Person person, DateTimeOffset joinedAt) => new()
    {
        CallId = call.Id,
        SessionId = call.SessionId,
        PersonId = person.Id,
        Role = person.Role,
        TabId = "demo",
        CreatedAt = joinedAt.AddSeconds(-1),
        JoinedAt = joinedAt,
        LastSeenAt = call.EndedAt!.Value,
        EndedAt = call.EndedAt,
        EndReason = EndReason.Left,
    };

    /// <summary>What the two pages measured: the founder's, on a train, twice in a row poorly.</summary>
    private static IEnumerable<ConnectionSample> Samples(Participation participation)
    {
        var isFounder = participation.Role == Role.Founder;
        for (var i = 1; participation.JoinedAt!.Value.AddSeconds(5 * i) is var at && at <= participation.EndedAt; i++)
        {
            var isPoor = isFounder && i is 8 or 9;
            var (rtt, loss, jitter) = (isFounder ? 70 + 9 * (i % 4) : 38 + 3 * (i % 3), isPoor ? 0.13 : isFounder ? 0.004 * (i % 5) : 0, isFounder ? 6 + i % 3 : 3);
            yield return new()
            {
                ParticipationId = participation.Id, SessionId = participation.SessionId, At = at, RttMs = rtt, Loss = (float)loss, JitterMs = jitter,
                Score = (short)ConnectionScore.Of(rtt, loss, jitter),
            };
        }
    }

    private static IEnumerable<Turn> Turns(CoachingSession session, Call call, DemoCast cast, DemoConversation conversation, DateTimeOffset recordedAt)
    {
        foreach (var (line, number) in conversation.Turns.Select((l, i) => (l, i + 1)))
        {
            var person = line.Role == "coach" ? cast.Coach : cast.Studio;
            yield return new()
            {
                SessionId = session.Id,
                CallId = call.Id,
                PersonId = person.Id,
                Speaker = person.Name,
                Role = person.Role,
                Text = line.Text,
                StartedAt = recordedAt.AddMilliseconds(line.StartMs),
                EndedAt = recordedAt.AddMilliseconds(line.EndMs),
                Confidence = 0.99 - number % 5 * 0.02,
                Language = person.Role == Role.Coach ? "en-GB" : "en-US",
                Source = TurnSource.Caption,
                Key = $"demo-{number}",
            };
        }
    }

    private static SessionItem[] Items(CoachingSession session, List<Turn> turns, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var friday = today.AddDays((DayOfWeek.Friday - today.DayOfWeek + 7) % 7 is var days and > 0 ? days : 7);
        var (decision, action) = (ItemKind.Decision, ItemKind.NextAction);
        var dayAfter = session.StartsAt.AddDays(1);
        return
        [
            Item(decision, 0, "New customers pay one hundred and twenty a month; the old ones keep their price until spring.", [5]),
            Item(decision, 1, "Look for the first hire in support, not in sales.", [7, 9], isUnsure: true),
            Item(action, 0, "Change the price page.", [13], Role.Founder, DateOnly.FromDateTime(dayAfter.UtcDateTime), doneAt: dayAfter),
            Item(action, 1, "Write down for one week what the mornings go into.", [11, 13], Role.Founder, friday),
            Item(action, 2, "Send the scorecard for first support hires.", [14], Role.Coach, today.AddDays(2)),
            Item(ItemKind.OpenQuestion, 0, "What will the old customers pay after spring?", [5]),
        ];

        SessionItem Item(ItemKind kind, int position, string text, int[] evidence, Role? owner = null, DateOnly? dueOn = null, DateTimeOffset? doneAt = null, bool isUnsure = false) => new()
        {
            SessionId = session.Id,
            Kind = kind,
            Position = position,
            Text = text,
            Owner = owner,
            DueOn = dueOn,
            DoneAt = doneAt,
            IsUnsure = isUnsure,
            Source = isUnsure ? SummarySource.Offline : SummarySource.Hand,
            EvidenceTurnIds = [.. evidence.Select(i => turns[i].Id)],
            CreatedAt = session.SummaryAt!.Value,
        };
    }

    private static async Task AddNotesAndChatAsync(PortalDb db, CoachingSession session, DemoCast cast, DateTimeOffset callStartedAt, CancellationToken cancellation)
    {
        Note(NoteVisibility.Shared, cast.Studio, session.StartsAt.AddMinutes(-25), "Before the call: four quotes are out at ninety. Two are signed. I want to talk about what to charge, and about the head of sales I cannot find.");
        Note(NoteVisibility.Coach, cast.Coach, session.StartsAt.AddMinutes(-10), "Sam sounded tired last time. Ask about the mornings before anything else gets on the list.");
        await db.SaveChangesAsync(cancellation); // the notes before the chat: they are numbered as they are saved

        await ChatAsync(cast.Studio, 15,
            "Is one hundred and twenty too much of a jump from ninety?",
            "Two of your four quotes were signed on the day, and nobody pushed back. Whose reaction are you afraid of: a customer's, or your own? What would you need to hear from the next five customers to be at ease with the number?");
        await ChatAsync(cast.Studio, 55,
            "I keep saying head of sales. Why do I not find one?",
            "You said that you close every deal yourself and that support eats your mornings. If somebody took one of the two from you on Monday, which would make you breathe out?");
        await ChatAsync(cast.Coach, 62,
            "What did Sam promise last time, and was it kept?",
            "This is the first session with written actions, so there is nothing older to hold Sam to. In the notes Sam says that four quotes went out at the new price: that was done.");

        void Note(NoteVisibility visibility, Person author, DateTimeOffset at, string text) =>
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = visibility, AuthorId = author.Id, Text = text, CreatedAt = at });

        async Task ChatAsync(Person person, int seconds, string question, string answer)
        {
            var at = callStartedAt.AddSeconds(seconds);
            var asked = new ChatMessage
            {
                SessionId = session.Id, PersonId = person.Id, Role = person.Role == Role.Coach ? ChatRole.Coach : ChatRole.Founder,
                Text = question, CreatedAt = at, ClientId = Ids.New(), AppendedAt = session.StartsAt.AddMinutes(4),
            };
            var answered = new ChatMessage
            {
                SessionId = session.Id, PersonId = person.Id, Role = ChatRole.Fred, Text = answer, CreatedAt = at.AddSeconds(4),
                ReplyToId = asked.Id, IsOffline = true, AppendedAt = asked.AppendedAt,
            };
            foreach (var message in new[] { asked, answered })
            {
                db.ChatMessages.Add(message);
                await db.SaveChangesAsync(cancellation);
                db.Notes.Add(new()
                {
                    SessionId = session.Id, Kind = NoteKind.Fred, Visibility = person.Role == Role.Coach ? NoteVisibility.Coach : NoteVisibility.Shared,
                    AuthorId = person.Id, ChatRole = message.Role, ChatMessageId = message.Id, Text = message.Text, CreatedAt = message.CreatedAt,
                });
                await db.SaveChangesAsync(cancellation);
            }
        }
    }
}
