using Bunit;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CoachingPortal.Tests.Sessions;

public sealed class NotesEditorTests : BunitContext
{
    [Fact]
    public void Waiting_ADraftBegunBeforeTheTabAnswered_IsNotOpenedTwice()
    {
        Services.AddSingleton(new SessionNotes(Substitute.For<IDbContextFactory<PortalDb>>(), TimeProvider.System));
        JSInterop.SetupModule("./js/session/draft.js").SetupModule("attach", _ => true);
        var (start, coach) = (DateTimeOffset.UnixEpoch, new Caller(Guid.NewGuid(), Role.Coach, "Carla"));
        var head = new SessionHead(
            Guid.NewGuid(), "Pricing", Role.Coach, new(Guid.NewGuid(), "Fiona"), new(coach.Id, "Carla"), start, start.AddHours(1), "scheduled", [], null, null, null, "0", null, false);
        var notes = Render<NotesEditor>(p => p.Add(n => n.Head, head).Add(n => n.Caller, coach));
        notes.Find("[data-testid=note-add]").Click();
        var key = notes.FindComponent<DraftEditor>().Instance.StorageKey[DraftKeys.Prefix(coach, head.Id).Length..];

        notes.Render(p => p.Add(n => n.Waiting, new HashSet<string> { key }));

        Assert.Single(notes.FindAll("[data-testid=note-text]"));
    }
}
