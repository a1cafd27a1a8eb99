using System.Text;
using System.Text.Json;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CoachingPortal.Data;

/// <summary>The one database. A fresh instance an operation, from <see cref="IDbContextFactory{TContext}"/>.</summary>
public sealed class PortalDb(DbContextOptions<PortalDb> options) : IdentityUserContext<Person, Guid>(options)
{
    public DbSet<Person> People => Set<Person>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<AgentKey> AgentKeys => Set<AgentKey>();
    public DbSet<CoachingSession> Sessions => Set<CoachingSession>();
    public DbSet<SessionItem> Items => Set<SessionItem>();
    public DbSet<Call> Calls => Set<Call>();
    public DbSet<Participation> Participations => Set<Participation>();
    public DbSet<ConnectionSample> ConnectionSamples => Set<ConnectionSample>();
    public DbSet<LiveKitEvent> LiveKitEvents => Set<LiveKitEvent>();
    public DbSet<ModelCall> ModelCalls => Set<ModelCall>();
    public DbSet<PostCallStep> PostCallSteps => Set<PostCallStep>();
    public DbSet<Turn> Turns => Set<Turn>();
    public DbSet<TurnCorrection> TurnCorrections => Set<TurnCorrection>();
    public DbSet<SpeakerCorrection> SpeakerCorrections => Set<SpeakerCorrection>();
    public DbSet<CallTranscription> Transcriptions => Set<CallTranscription>();
    public DbSet<TranscribedSpan> TranscribedSpans => Set<TranscribedSpan>();
    public DbSet<ChatMessage> ChatMessages => Set<ChatMessage>();
    public DbSet<NoteEntry> Notes => Set<NoteEntry>();
    public DbSet<Comment> Comments => Set<Comment>();
    public DbSet<Consent> Consents => Set<Consent>();
    public DbSet<Recording> Recordings => Set<Recording>();
    public DbSet<RecordingSegment> RecordingSegments => Set<RecordingSegment>();
    public DbSet<RecordingTrack> RecordingTracks => Set<RecordingTrack>();
    public DbSet<RecordingChunk> RecordingChunks => Set<RecordingChunk>();
    public DbSet<RecordingLevels> RecordingLevels => Set<RecordingLevels>();
    public DbSet<RecordingEgress> Egresses => Set<RecordingEgress>();
    public DbSet<RecordingFile> RecordingFiles => Set<RecordingFile>();
    public DbSet<ArchivedSession> Archives => Set<ArchivedSession>();
    public DbSet<ArchiveCheck> ArchiveChecks => Set<ArchiveCheck>();
    public DbSet<SystemCheck> SystemChecks => Set<SystemCheck>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Person>().ToTable("people");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("person_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("person_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("person_tokens");
        builder.Entity<Invitation>().ToTable("invitations");
        builder.Entity<AgentKey>().ToTable("agent_keys");
        builder.Entity<SystemCheck>().ToTable("system_checks").HasKey(c => c.Name);
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys").HasKey(k => k.Name);

        builder.Entity<CoachingSession>(e =>
        {
            e.ToTable("coaching_sessions");
            e.HasOne(s => s.Coach).WithMany().HasForeignKey(s => s.CoachId);
            e.HasOne(s => s.Founder).WithMany().HasForeignKey(s => s.FounderId);
            e.Property(s => s.TranscriptJson).HasColumnType("jsonb");
            e.Property(s => s.SummaryPoints).HasColumnType("jsonb").HasConversion(
                points => JsonSerializer.Serialize(points, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<SummaryPoint[]>(json, JsonSerializerOptions.Web)!,
                new ValueComparer<SummaryPoint[]>((a, b) => ReferenceEquals(a, b), points => points.Length, points => points)); // replaced, never changed
            e.Property(s => s.Version).IsRowVersion();
        });
        builder.Entity<SessionItem>(e =>
        {
            e.ToTable("session_items");
            e.HasOne<CoachingSession>().WithMany().HasForeignKey(i => i.SessionId);
            e.HasQueryFilter(i => i.RemovedAt == null);
            e.Property(i => i.Version).IsRowVersion();
        });

        builder.Entity<Call>(e =>
        {
            e.ToTable("calls");
            e.HasOne<CoachingSession>().WithMany().HasForeignKey(c => c.SessionId);
        });
        builder.Entity<Participation>(e =>
        {
            e.ToTable("participations");
            e.HasOne<Call>().WithMany().HasForeignKey(p => p.CallId);
        });
        builder.Entity<ConnectionSample>(e =>
        {
            e.ToTable("connection_samples");
            e.HasKey(s => new { s.ParticipationId, s.At });
            e.HasOne<Participation>().WithMany().HasForeignKey(s => s.ParticipationId);
        });
        builder.Entity<LiveKitEvent>().ToTable("livekit_events");
        builder.Entity<ModelCall>().ToTable("model_calls").HasOne<CoachingSession>().WithMany().HasForeignKey(c => c.SessionId);
        builder.Entity<PostCallStep>(e =>
        {
            e.ToTable("post_call_steps");
            e.HasKey(s => new { s.CallId, s.Name });
        });

        builder.Entity<Turn>(e =>
        {
            e.ToTable("turns");
            e.HasQueryFilter(t => t.SupersededAt == null);
        });
        builder.Entity<TurnCorrection>().ToTable("turn_corrections");
        builder.Entity<SpeakerCorrection>().ToTable("speaker_corrections");
        builder.Entity<CallTranscription>().ToTable("transcriptions").HasKey(t => t.CallId);
        builder.Entity<TranscribedSpan>().ToTable("transcribed_spans").HasKey(s => new { s.CallId, s.PersonId, s.StartedAt });
        builder.Entity<ChatMessage>(e =>
        {
            e.ToTable("chat_messages");
            e.Property(m => m.Number).UseIdentityAlwaysColumn();
        });
        builder.Entity<NoteEntry>(e =>
        {
            e.ToTable("note_entries");
            e.Property(n => n.Number).UseIdentityAlwaysColumn();
            e.Property(n => n.Version).IsRowVersion();
        });
        builder.Entity<Comment>(e =>
        {
            e.ToTable("comments");
            e.Property(c => c.Version).IsRowVersion();
        });
        builder.Entity<Consent>(e =>
        {
            e.ToTable("consents");
            e.Property(c => c.Number).UseIdentityAlwaysColumn();
        });

        builder.Entity<Recording>(e =>
        {
            e.ToTable("recordings");
            e.HasMany(r => r.Segments).WithOne().HasForeignKey(s => s.RecordingId);
            e.HasMany(r => r.Files).WithOne().HasForeignKey(f => f.RecordingId);
        });
        builder.Entity<RecordingSegment>().ToTable("recording_segments");
        builder.Entity<RecordingTrack>(e =>
        {
            e.ToTable("recording_tracks");
            e.HasOne<Recording>().WithMany().HasForeignKey(t => t.RecordingId);
            e.HasOne<RecordingSegment>().WithMany().HasForeignKey(t => t.SegmentId);
        });
        builder.Entity<RecordingChunk>(e =>
        {
            e.ToTable("recording_chunks");
            e.HasKey(c => new { c.TrackId, c.Number });
            e.HasOne<RecordingTrack>().WithMany().HasForeignKey(c => c.TrackId);
        });
        builder.Entity<ArchivedSession>().ToTable("session_archives").HasKey(a => a.SessionId);
        builder.Entity<ArchiveCheck>().ToTable("archive_checks");
        builder.Entity<RecordingFile>().ToTable("recording_files");
        builder.Entity<RecordingLevels>().ToTable("recording_levels").HasKey(l => new { l.ParticipationId, l.StartedAt });
        builder.Entity<RecordingEgress>(e =>
        {
            e.ToTable("egresses");
            e.HasOne<Recording>().WithMany().HasForeignKey(x => x.RecordingId);
            e.HasOne<RecordingSegment>().WithMany().HasForeignKey(x => x.SegmentId);
        });

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.Name != "Version")
                    property.SetColumnName(SnakeCase(property.Name));
                if (property.IsPrimaryKey() && property.ClrType == typeof(Guid))
                    property.ValueGenerated = ValueGenerated.Never;
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum)
                    property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumText<>).MakeGenericType(type))!);
            }
        }
    }

    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>Enums lie in the database as snake-case words, which its check constraints name.</summary>
    private sealed class EnumText<T>() : ValueConverter<T, string>(v => SnakeCase(v.ToString()), v => Parse(v))
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(v => SnakeCase(v.ToString()));

        private static T Parse(string text) => Values[text];
    }
}

/// <summary>A key of ASP.NET's data protection: it signs cookies, so every node must have the same ones.</summary>
public sealed class DataProtectionKey
{
    public required string Name { get; init; }

    public required string Xml { get; init; }
}
