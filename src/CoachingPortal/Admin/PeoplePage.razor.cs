using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CoachingPortal.Admin;

public sealed partial class PeoplePage(PeopleAdmin admin, Invitations invitations, Toasts toasts)
{
    private bool inviting;
    private IReadOnlyList<Person>? people;
    private IReadOnlyList<Invitation> pending = [];

    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "role")] public string? RoleName { get; set; }

    [CascadingParameter] public Task<AuthenticationState> Authentication { get; set; } = null!;

    private Role? RoleFilter => Enum.TryParse<Role>(RoleName, out var role) ? role : null;

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        people = await admin.ListAsync(Q, RoleFilter);
        pending = await invitations.PendingAsync();
    }

    private async Task RevokeAsync(Invitation invitation)
    {
        var caller = Caller.From((await Authentication).User);
        var revoked = await invitations.RevokeAsync(caller.Id, invitation.Id);
        toasts.Show(revoked ? $"The link of {invitation.Email ?? "the first admin"} no longer works." : "That link was used or had ended already.");
        await LoadAsync();
    }
}
