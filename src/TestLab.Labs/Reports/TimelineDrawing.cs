using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>What happened when: a row for each machine and each step, events as marks.</summary>
internal sealed class TimelineDrawing(CellResult cell)
{
    private const double Width = 960;
    private const double LabelWidth = 220;
    private const double RowHeight = 22;
    private const int LabelLimit = 30;

    public void Draw(Markup page)
    {
        int rows = cell.Machines.Count + cell.Steps.Count;
        double bottom = rows * RowHeight + 12;
        var axis = new TimeAxis(cell.VirtualNanoseconds, LabelWidth, Width - 40);
        Svg.Draw(page, "The time line", Width, bottom + 24, svg =>
        {
            axis.Draw(svg, 4, bottom);
            double y = 8;
            foreach (MachineResult machine in cell.Machines)
            {
                DrawMachine(svg, axis, machine, y);
                y += RowHeight;
            }

            foreach (StepResult step in cell.Steps)
            {
                svg.Text(4, y + 13, Shortened(step.Name));
                if (step.Verdict != StepVerdict.Skipped)
                    DrawSpan(svg, axis, step.StartNanoseconds, step.EndNanoseconds, y, $"step {step.Verdict}", step.Name);
                y += RowHeight;
            }
        });
    }

    private void DrawMachine(Svg svg, TimeAxis axis, MachineResult machine, double y)
    {
        svg.Text(4, y + 13, Shortened(machine.Name), "name");
        if (machine.StartedAtNanoseconds is not { } start) return;

        long end = machine.StoppedAtNanoseconds ?? cell.VirtualNanoseconds;
        long ready = machine.ReadyAtNanoseconds ?? end;
        DrawSpan(svg, axis, start, ready, y, "booting", $"{machine.Name} boots");
        if (ready < end) DrawSpan(svg, axis, ready, end, y, "ready", $"{machine.Name} is ready");
        foreach (TimelineEvent mark in cell.Timeline.Where(mark => BelongsTo(mark, machine)))
        {
            svg.Box(axis.At(mark.Nanoseconds) - 1.5, y, 3, RowHeight - 6, "mark", $"{Figures.Time(mark.Nanoseconds)}: {mark.Text}");
        }
    }

    private static bool BelongsTo(TimelineEvent mark, MachineResult machine) =>
        mark.Subject == machine.Name || mark.Subject.StartsWith(machine.Name + ".", StringComparison.Ordinal);

    private static void DrawSpan(Svg svg, TimeAxis axis, long start, long end, double y, string style, string what) =>
        svg.Box(
            axis.At(start), y, Math.Max(3, axis.At(end) - axis.At(start)), RowHeight - 6, style,
            $"{what}: {Figures.Time(start)} to {Figures.Time(end)}, {Figures.Time(end - start)}");

    private static string Shortened(string text) => text.Length <= LabelLimit ? text : text[..(LabelLimit - 1)] + "…";
}
