using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Npgsql;

namespace CoachingPortal.Insights;

/// <summary>
/// The section "Insights" of a session's page, for its founder and its coach. It follows what changes in the session; the
/// other sessions that its words are held against are read once a page.
/// </summary>
public sealed partial class InsightsSection(InsightsReader reader, SessionFeed feed, TimeProvider time) : IDisposable
{
    /// <summary>Between two readings: during a call every caption is a change.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource away = new();
    private IDisposable? subscription;
    private Caller? caller;
    private SessionInsights? insights;
    private bool isStale;
    private bool isReading;

    [Parameter, EditorRequired] public Guid SessionId { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        caller = Caller.From((await Authentication).User);
        subscription = feed.Subscribe(SessionId, (_, change) => change is SessionChange.Turns or SessionChange.Recording or SessionChange.PostCall or SessionChange.Session or SessionChange.Resync
            ? InvokeAsync(ReadAgainAsync)
            : Task.CompletedTask);
        await ReadAgainAsync();
    }

    /// <summary>One reading at a time; what changes meanwhile is read by the next.</summary>
    internal async Task ReadAgainAsync()
    {
        isStale = true;
        if (isReading || away.IsCancellationRequested)
            return;
        isReading = true;
        var gone = away.Token;
        try
        {
            while (isStale)
            {
                isStale = false;
                try
                {
                    // What is gone is the page's to say; here stays what was.
                    insights = await reader.OfSessionAsync(SessionId, caller!, insights?.Others, gone) ?? insights;
                }
                catch (Exception e) when (insights is not null && (e is NpgsqlException || e.InnerException is NpgsqlException))
                {
                    // The database is away: what is shown stays, and is read again in a while.
                    isStale = true;
                }
                StateHasChanged();
                await Task.Delay(Rest, time, gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page went.
        }
        finally
        {
            isReading = false;
        }
    }

    private static string First(InsightPerson person) => person.Name.Split(' ')[0];

    private static RenderFragment Row(string name, Talk talk, Func<SideTalk, string> value) => Cells(name, value(talk.Founder), value(talk.Coach));

    private RenderFragment Row(string name, Func<PersonConnection, string> value)
    {
        string Of(InsightPerson person) => insights!.Connections.FirstOrDefault(c => c.PersonId == person.Id) is { } connection ? value(connection) : Figures.None;
        return Cells(name, Of(insights!.Founder), Of(insights.Coach));
    }

    private static RenderFragment Cells(string name, string founder, string coach) => builder =>
    {
        builder.OpenElement(1, "tr");
        builder.OpenElement(2, "th");
        builder.AddAttribute(3, "scope", "row");
        builder.AddContent(4, name);
        builder.CloseElement();
        builder.OpenElement(5, "td");
        builder.AddContent(6, founder);
        builder.CloseElement();
        builder.OpenElement(7, "td");
        builder.AddContent(8, coach);
        builder.CloseElement();
        builder.CloseElement();
    };

    private static string WordOf(SegmentEnd? why) => why switch
    {
        SegmentEnd.Paused => "it was paused.",
        SegmentEnd.Withdrawn => "somebody took their agreement back.",
        SegmentEnd.Failed => "the recorder had stopped.",
        _ => "nothing was recorded.",
    };

    private IEnumerable<(string Name, string Formula)> FormulasOf(SessionInsights insights)
    {
        if (insights.Talk is not null)
        {
            foreach (var formula in Talk.Formulas)
                yield return formula;
            yield return ("Keywords", Keywords.FormulaFor(insights.Founder.Id == caller?.Id) + (insights.ComparedWith > 0 ? $" Here: {insights.ComparedWith}." : " Here there is none."));
        }
        yield return ("Connection", PersonConnection.Formula);
        yield return ("Score", ConnectionScore.Formula);
        if (insights.Recorded is not null)
            yield return ("Recording", RecordedTime.Formula);
    }

    public void Dispose()
    {
        subscription?.Dispose();
        away.Cancel();
        away.Dispose();
    }
}
