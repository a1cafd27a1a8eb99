using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CoachingPortal.Transcripts.Search;

/// <summary>Search across all sessions of a founder or a coach.</summary>
public sealed partial class SearchPage(TranscriptSearch search, SearchPeople searchPeople, ViewerTimeZone viewer) : ComponentBase
{
    private Caller caller = null!;
    private IReadOnlyList<SearchPerson> people = [];
    private SearchResult? result;
    private string? fault;

    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Speaker { get; set; }

    [SupplyParameterFromQuery] public string? Person { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? After { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [CascadingParameter] public HttpContext? Http { get; set; }

    private bool IsNarrowed => !(string.IsNullOrEmpty(Speaker) && string.IsNullOrEmpty(Person) && string.IsNullOrEmpty(From) && string.IsNullOrEmpty(To));

    /// <summary>A later page, of what is written.</summary>
    private bool IsOfWritten => !string.IsNullOrEmpty(After) && result is { Written.Count: > 0 };

    private string Status => (fault, result) switch
    {
        ({ } words, _) => words,
        (_, null) => "",
        (_, { IsTooBroad: true }) => "That took too long.",
        (_, { Hits.Count: 0, SimilarHits.Count: 0, Written.Count: 0 }) => "Nothing was found.",
        (_, { } found) => string.Join(", ", Counts(found)) + ".",
    };

    private IEnumerable<string> Counts(SearchResult found)
    {
        if (found.Written.Count > 0)
            yield return $"{found.Written.Count}{(found.NextWritten is null ? "" : " or more")} found in summaries, lists and notes";
        if (IsOfWritten)
            yield break;
        var said = found.Hits.Count + found.SimilarHits.Count;
        yield return said == 0 ? "nothing in what was said" : $"{said}{(found.Next is null ? "" : " or more")} found in what was said";
    }

    protected override async Task OnInitializedAsync()
    {
        caller = Caller.From((await Authentication).User);
        var cancellation = Http?.RequestAborted ?? default;
        people = await searchPeople.OfAsync(caller, cancellation);
        if (string.IsNullOrWhiteSpace(Q))
            return;
        try
        {
            var request = new SearchRequest(Q, await viewer.GetAsync())
            {
                Speaker = SearchApi.SpeakerOf(Speaker),
                PersonId = string.IsNullOrEmpty(Person) ? null : Guid.TryParse(Person, out var id) ? id : throw new ArgumentException("There is no such person."),
                From = DayOf(From),
                To = DayOf(To),
                After = After,
            };
            result = await search.FindAsync(caller, request, cancellation);
        }
        catch (ArgumentException e)
        {
            fault = e.Message;
        }
    }

    /// <exception cref="ArgumentException">It is no day.</exception>
    private static DateOnly? DayOf(string? text) => string.IsNullOrEmpty(text)
        ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new ArgumentException("A day is written like 2026-11-21.");

    private string Address(bool narrowed = true, string? after = null)
    {
        (string Name, string? Value)[] parts = narrowed ? [("q", Q), ("speaker", Speaker), ("person", Person), ("from", From), ("to", To), ("after", after)] : [("q", Q)];
        return "/search?" + string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
    }
}
