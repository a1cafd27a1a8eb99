using System.Globalization;

namespace CoachingPortal.Benchmarks;

/// <summary>A figure. The goal is a number that must not be passed, or what the same run measured beside it.</summary>
/// <param name="Most">The goal; null for a figure that has none.</param>
/// <param name="Beside">What something else did in the same run; says nothing about good or bad by itself.</param>
/// <param name="Besides">What that was.</param>
public sealed record Figure(string Benchmark, string What, double Value, string Unit, double? Most = null, double? Beside = null, string Besides = "")
{
    public bool IsMissed => Value > Most;

    internal string[] Cells =>
    [
        Benchmark,
        What,
        Number(Value),
        (Most, Beside) switch
        {
            ({ } most, { }) => $"<= {Number(most)} ({Besides})",
            ({ } most, null) => $"<= {Number(most)}",
            (null, { } beside) => $"{Number(beside)} ({Besides})",
            _ => "-",
        },
        (Most ?? Beside) is { } other ? (Value / other).ToString("0.00", CultureInfo.InvariantCulture) : "-",
        Most is null ? "" : IsMissed ? "MISSED" : "holds",
    ];

    private string Number(double value) =>
        value.ToString(value >= 100 || value == Math.Floor(value) ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + (Unit.Length == 0 ? "" : " " + Unit);
}

/// <summary>What a run measured, and what there is to say about it.</summary>
public sealed class Report
{
    private static readonly string[] Titles = ["benchmark", "figure", "measured", "goal or beside", "ratio", ""];

    private readonly List<Figure> figures = [];
    private readonly List<string> notes = [];

    public void Add(Figure figure) => figures.Add(figure);

    /// <summary>Printed under the table.</summary>
    public void Note(string text) => notes.Add(text);

    public void Print(TextWriter to)
    {
        string[][] rows = [Titles, .. figures.Select(f => f.Cells)];
        var widths = Titles.Select((_, column) => rows.Max(r => r[column].Length)).ToArray();
        to.WriteLine();
        foreach (var row in rows)
            to.WriteLine(string.Join("  ", row.Select((cell, column) => column is 2 or 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        if (notes.Count > 0)
            to.WriteLine();
        foreach (var note in notes)
            to.WriteLine(note);
    }
}
