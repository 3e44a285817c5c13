using Spectre.Console;
using TestLab.Labs.Words;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>One cell in as many lines as there are: its machines with their consoles, its links, its steps.</summary>
internal sealed class CellDrawing(CellPicture cell, string title, int rows)
{
    private const int StepsMost = 8;
    private const int LinksMost = 6;
    private const int MachinesLeast = 3;
    private const int TailMost = 6;
    private const int NameLeast = 9;
    private const int NameMost = 24;
    private const int StageWidth = 12;

    /// <summary>Wide terminals have machines side by side, where they are many.</summary>
    private const int ColumnsForTwo = 150;

    private static readonly Style Soft = new(decoration: Decoration.Dim);

    public void Draw(Sheet sheet)
    {
        int steps = Math.Min(StepsMost, cell.Steps.Count);
        int links = cell.Links.Count == 0 ? 0 : Math.Min(LinksMost, cell.Links.Count) + 1;
        int room = rows - 1 - steps - links;
        if (room < MachinesLeast) (room, links) = (room + links, 0);
        room = Math.Max(room, MachinesLeast);
        sheet.Line(title, new Style(decoration: Decoration.Bold));
        DrawMachines(sheet, room);
        if (links > 0) DrawLinks(sheet, links - 1);
        DrawSteps(sheet, Math.Max(1, Math.Min(steps, rows - 1 - links - Math.Min(room, cell.Machines.Count))));
    }

    private void DrawMachines(Sheet sheet, int room)
    {
        int abreast = sheet.Columns >= ColumnsForTwo && cell.Machines.Count > room ? 2 : 1;
        bool fit = cell.Machines.Count <= room * abreast;
        // Where not all fit, those that still come up or have failed are of more interest.
        MachinePicture[] shown = fit
            ? [.. cell.Machines]
            : [.. cell.Machines.OrderBy(machine => InterestOf(machine.Stage)).Take((room - 1) * abreast)];
        int names = Math.Clamp(cell.Machines.Select(machine => machine.Name.Length).DefaultIfEmpty().Max(), NameLeast, NameMost);
        if (abreast == 1)
        {
            int tail = Math.Clamp(room / Math.Max(1, shown.Length), 1, TailMost);
            sheet.Rows([names, StageWidth], shown.SelectMany(machine => RowsOf(machine, tail)));
        }
        else
        {
            int half = Sheet.RestOf(sheet.Columns / 2, [names, StageWidth]);
            int lines = (shown.Length + 1) / 2;
            sheet.Rows(
                [names, StageWidth, half, names, StageWidth],
                Enumerable.Range(0, lines).Select(line => ((string, Style)[])
                [
                    .. RowsOf(shown[line], 1).First(),
                    .. lines + line < shown.Length ? RowsOf(shown[lines + line], 1).First() : [("", Style.Plain), ("", Style.Plain), ("", Style.Plain)],
                ]));
        }

        if (!fit) sheet.Line($"  and {cell.Machines.Count - shown.Length} more machines: {Counts(cell.Machines.Except(shown))}", Soft);
    }

    private static IEnumerable<(string, Style)[]> RowsOf(MachinePicture machine, int lines)
    {
        (string, Style) name = (machine.Name, Style.Plain);
        (string, Style) stage = (machine.Stage.ToString().ToLowerInvariant(), Of(machine.Stage));
        foreach (string line in machine.Tail.TakeLast(lines).DefaultIfEmpty(""))
        {
            yield return [name, stage, (line, Soft)];
            (name, stage) = (("", Style.Plain), ("", Style.Plain));
        }
    }

    private static string Counts(IEnumerable<MachinePicture> machines) => string.Join(", ", machines
        .CountBy(machine => machine.Stage)
        .OrderBy(count => InterestOf(count.Key))
        .Select(count => $"{count.Value} {count.Key.ToString().ToLowerInvariant()}"));

    private static int InterestOf(MachineStage stage) => stage switch
    {
        MachineStage.Failed => 0,
        MachineStage.Provisioning or MachineStage.Booting or MachineStage.Starting => 1,
        MachineStage.Ready => 2,
        _ => 3,
    };

    private void DrawLinks(Sheet sheet, int count)
    {
        // The busiest, in the order of the lab; the others do less than these.
        LinkProgress[] shown = [.. cell.Links.OrderByDescending(RateOf).Take(count)];
        shown = [.. cell.Links.Where(shown.Contains)];
        int names = Math.Clamp(shown.Max(link => link.Name.Length), NameLeast, NameMost);
        string rest = cell.LinkCount > shown.Length ? $"  (busiest of {cell.LinkCount})" : "";
        sheet.Rows([names, 12, 12, 10],
        [
            [("link", Soft), ("down", Soft), ("up", Soft), ("queue", Soft), ($"drops{rest}", Soft)],
            .. shown.Select(link => ((string, Style)[])
            [
                (link.Name, Style.Plain), (Rate(link.DownBitsPerSecond), Style.Plain), (Rate(link.UpBitsPerSecond), Style.Plain),
                (link.QueueBytes == 0 ? "-" : Unit.Size.Approximate(link.QueueBytes), Style.Plain),
                (link.Drops == 0 ? "-" : $"{link.Drops}", link.Drops == 0 ? Style.Plain : new Style(Color.Yellow)),
            ]),
        ]);
    }

    private static double RateOf(LinkProgress link) => link.DownBitsPerSecond + link.UpBitsPerSecond;

    private static string Rate(double bitsPerSecond) =>
        bitsPerSecond < 1 ? "-" : Unit.Rate.Approximate((long)bitsPerSecond) + "/s";

    private void DrawSteps(Sheet sheet, int count)
    {
        int current = cell.Steps.FindLastIndex(step => step.IsRunning || step.Verdict is not null);
        int first = Math.Clamp(current - count + 3, 0, Math.Max(0, cell.Steps.Count - count));
        sheet.Rows([9, 8], cell.Steps.Skip(first).Take(count).Select(step => ((string, Style)[])
        [
            (step.IsRunning ? "running" : step.Verdict is { } verdict ? RunText.Word(verdict) : "", Of(step.Verdict)),
            (step.Verdict is null or StepVerdict.Skipped ? "" : Unit.Duration.Approximate(step.Nanoseconds), Style.Plain),
            (step.Name, Style.Plain),
        ]));
    }

    private static Style Of(StepVerdict? verdict) => verdict switch
    {
        StepVerdict.Passed => new Style(Color.Green),
        StepVerdict.Failed or StepVerdict.TimedOut => new Style(Color.Red),
        StepVerdict.Skipped => Soft,
        _ => Style.Plain,
    };

    private static Style Of(MachineStage stage) => stage switch
    {
        MachineStage.Ready => new Style(Color.Green),
        MachineStage.Failed => new Style(Color.Red),
        MachineStage.Booting or MachineStage.Starting or MachineStage.Provisioning => new Style(Color.Yellow),
        _ => Soft,
    };
}
