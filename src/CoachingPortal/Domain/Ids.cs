namespace CoachingPortal.Domain;

/// <summary>Identifiers are UUID version 7 (RFC 9562): unique, and in order of creation.</summary>
public static class Ids
{
    public static Guid New() => Guid.CreateVersion7();
}
