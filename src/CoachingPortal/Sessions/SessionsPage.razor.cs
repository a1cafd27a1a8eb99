using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CoachingPortal.Sessions;

/// <summary>Everybody's sessions: a member's own with their material, an admin's view of all with times and people alone.</summary>
public sealed partial class SessionsPage(SessionLists lists, SessionFeed feed, NavigationManager navigation) : IDisposable
{
    private Caller? caller;
    private IReadOnlyList<SessionLine>? lines;
    private LiveReload? live;

    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "page")] public int? PageParameter { get; set; }

    [CascadingParameter] public Task<AuthenticationState> Authentication { get; set; } = null!;

    private SessionsShown ShownNow => Enum.TryParse<SessionsShown>(Show, ignoreCase: true, out var shown) && Enum.IsDefined(shown) ? shown : SessionsShown.Upcoming;

    private int PageNumber => Math.Clamp(PageParameter ?? 0, 0, 10_000);

    private string Root => caller?.Role == Role.Admin ? "/admin/sessions" : "/sessions";

    private string EmptyTitle => !string.IsNullOrEmpty(Q) ? "Nothing fits" : ShownNow switch
    {
        SessionsShown.Past => "No sessions yet",
        SessionsShown.Cancelled => "Nothing was cancelled",
        _ => "Nothing is planned",
    };

    private string EmptyWords => !string.IsNullOrEmpty(Q) ? "No title, person or tag contains what you searched for." : (ShownNow, caller?.Role) switch
    {
        (SessionsShown.Past, _) => "After a call, its session stands here with what was said and promised.",
        (SessionsShown.Cancelled, _) => "Cancelled sessions wait here, and can be brought back until their time has passed.",
        (_, Role.Founder) => "Your coach schedules the next session; you will see it here at once.",
        _ => "Schedule one, and both people see it here at once.",
    };

    protected override async Task OnInitializedAsync()
    {
        caller = Caller.From((await Authentication).User);
        // An admin's list has its own address, so that a link says what its reader will see.
        var path = "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('?')[0];
        if (path != Root)
            navigation.NavigateTo(Root);
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            live = new(feed, () => InvokeAsync(async () =>
            {
                await LoadAsync();
                StateHasChanged();
            }));
    }

    private async Task LoadAsync()
    {
        if (caller is not null)
            lines = await lists.ListAsync(caller, ShownNow, Q, PageNumber);
    }

    private string Address(SessionsShown shown, string? search, int page) => navigation.GetUriWithQueryParameters(Root, new Dictionary<string, object?>
    {
        ["show"] = shown == SessionsShown.Upcoming ? null : shown.ToString().ToLowerInvariant(),
        ["q"] = string.IsNullOrEmpty(search) ? null : search,
        ["page"] = page == 0 ? null : page,
    });

    public void Dispose() => live?.Dispose();
}
