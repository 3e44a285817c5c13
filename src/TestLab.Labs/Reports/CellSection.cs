using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>One cell of the matrix in the report: what it was, what happened when, what failed and why.</summary>
internal sealed class CellSection(CellResult cell, bool isAlone, string anchor)
{
    public void Write(Markup page) => page.Element("section", [("id", anchor)], section =>
    {
        if (!isAlone) section.Element("h2", head => HtmlReport.Badge(head.Text($"{cell.Name} "), cell.Verdict));
        if (cell.Failure is { } failure) section.Element("p", [("class", "failure")], failure);
        foreach (string note in cell.Notes) section.Element("p", note);
        section.Element("p", [("class", "soft")],
            $"seed {cell.Seed} · {Figures.Time(cell.VirtualNanoseconds)} of guest time in {cell.HostSeconds:0.0} s"
            + (cell.Hash is null ? "" : $" · hash {cell.Hash[..Math.Min(16, cell.Hash.Length)]}"));
        section.Element("h3", "Steps");
        foreach (StepResult step in cell.Steps) WriteStep(section, step);
        if (cell.Machines.Count > 0)
        {
            section.Element("h3", "Topology");
            new TopologyDrawing(cell).Draw(section);
            section.Element("h3", "Time line");
            new TimelineDrawing(cell).Draw(section);
            WriteMachines(section);
        }

        WriteLinks(section);
        WriteFiles(section);
    });

    private static void WriteStep(Markup page, StepResult step)
    {
        bool isOpen = step.Verdict is StepVerdict.Failed or StepVerdict.TimedOut;
        (string, string)[] attributes = [("class", $"step {step.Verdict}"), .. OpenIf(isOpen)];
        page.Element("details", attributes, box =>
        {
            box.Element("summary", summary =>
            {
                summary.Element("strong", step.Name);
                summary.Element("span", [("class", "soft")], $" {string.Join(", ", step.Machines)} ");
                summary.Text(Words.Of(step.Verdict));
                if (step.IsFlaky) summary.Text($" at try {step.Tries}");
                if (step.Verdict != StepVerdict.Skipped)
                    summary.Element("span", [("class", "soft")], $" · {Figures.Time(step.EndNanoseconds - step.StartNanoseconds)}");
            });
            if (step.Source is { } source) box.Element("p", [("class", "soft")], source);
            if (step.Failure is { } failure) box.Element("p", [("class", "failure")], failure);
            foreach (AttemptResult attempt in step.Attempts) WriteAttempt(box, attempt);
        });
    }

    private static void WriteAttempt(Markup page, AttemptResult attempt)
    {
        if (attempt.Command is { } command) page.Element("pre", $"{attempt.Machine} # {command}");
        foreach (CheckResult check in attempt.Checks.Where(check => !check.Passed))
        {
            page.Element("div", [("class", "pair")], pair => pair
                .Element("div", side => side.Element("strong", $"{check.Subject}: expected").Element("pre", check.Expected))
                .Element("div", side => side.Element("strong", "got").Element("pre", check.Got)));
        }

        if (attempt.ExitCode is { } code) page.Element("p", [("class", "soft")], $"exit code {code}");
        WriteOutput(page, "stdout", attempt.Stdout);
        WriteOutput(page, "stderr", attempt.Stderr);
    }

    private static void WriteOutput(Markup page, string name, string text)
    {
        if (text.Length > 0) page.Element("p", [("class", "soft")], name).Element("pre", text);
    }

    private void WriteMachines(Markup page)
    {
        page.Element("h3", "Machines");
        page.Element("div", [("class", "scroll")], box => box.Element("table", table =>
        {
            table.Element("tr", row => Heads(row, ["machine", "image", "state"], ["memory", "ready after", "instructions"]));
            foreach (MachineResult machine in cell.Machines)
            {
                table.Element("tr", row => Cells(
                    row, [machine.Name, machine.Image, machine.State],
                    [
                        Figures.Size(machine.MemoryBytes),
                        machine.ReadyAtNanoseconds - machine.StartedAtNanoseconds is { } span ? Figures.Time(span) : "",
                        Figures.Count(machine.Instructions),
                    ]));
            }
        }));
        foreach (MachineResult machine in cell.Machines.Where(machine => machine.ConsoleTail.Length > 0))
        {
            page.Element("details", OpenIf(IsOfInterest(machine)), box => box
                .Element("summary", $"Console of {machine.Name}")
                .Element("pre", [("class", "tail")], machine.ConsoleTail));
        }
    }

    /// <summary>It never got ready, or a step in it went wrong.</summary>
    private bool IsOfInterest(MachineResult machine) =>
        machine is { StartedAtNanoseconds: not null, ReadyAtNanoseconds: null } || machine.State == "failed"
        || cell.Steps.Any(step => step.Verdict is StepVerdict.Failed or StepVerdict.TimedOut && step.Machines.Contains(machine.Name));

    private void WriteLinks(Markup page)
    {
        if (cell.Links.Count == 0) return;
        page.Element("h3", "Links");
        page.Element("div", [("class", "scroll")], box => box.Element("table", table =>
        {
            table.Element("tr", row => Heads(row, ["link", "direction", "settings"], ["frames", "bytes", "lost", "queue at most"]));
            foreach (LinkResult link in cell.Links)
            {
                foreach ((string way, DirectionResult direction) in Ways(link)) WriteDirection(table, link, way, direction);
            }
        }));
        page.Element("div", [("class", "pair")], charts =>
        {
            foreach (LinkResult link in cell.Links)
            {
                foreach ((string way, DirectionResult direction) in Ways(link).Where(pair => pair.Direction.Samples.Count > 0))
                {
                    charts.Element("div", side =>
                        new LinkChart($"{link.Name} {way}", direction, cell.VirtualNanoseconds).Draw(side));
                }
            }
        });
    }

    private static (string Way, DirectionResult Direction)[] Ways(LinkResult link) => [("down", link.Down), ("up", link.Up)];

    private static void WriteDirection(Markup table, LinkResult link, string way, DirectionResult direction)
    {
        ulong lost = direction.Drops.Values.Aggregate(0UL, (sum, count) => sum + count);
        string causes = lost == 0 ? "0" : $"{lost} ({string.Join(", ", direction.Drops.Select(drop => $"{drop.Key} {drop.Value}"))})";
        table.Element("tr", row => Cells(
            row, [link.Name, way, direction.Settings],
            [
                direction.Frames.ToString(), Figures.Size(direction.Bytes), causes, Figures.Size(direction.QueueMaximumBytes),
            ]));
    }

    private void WriteFiles(Markup page)
    {
        if (cell.Files.Count == 0) return;
        page.Element("h3", "Files");
        page.Element("ul", list =>
        {
            foreach (ResultFile file in cell.Files)
            {
                list.Element("li", item => item
                    .Text($"{file.Kind} of {file.Subject}: ")
                    .Element("a", [("href", file.Path)], file.Path)
                    .Text($" ({Figures.Size(file.Bytes)})"));
            }
        });
    }

    private static void Heads(Markup row, string[] texts, string[] numbers)
    {
        foreach (string text in texts) row.Element("th", text);
        foreach (string number in numbers) row.Element("th", [("class", "number")], number);
    }

    private static void Cells(Markup row, string[] texts, string[] numbers)
    {
        foreach (string text in texts) row.Element("td", text);
        foreach (string number in numbers) row.Element("td", [("class", "number")], number);
    }

    private static (string, string)[] OpenIf(bool condition) => condition ? [("open", "")] : [];
}
