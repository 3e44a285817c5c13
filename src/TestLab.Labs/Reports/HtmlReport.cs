using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>The report for people: one page that needs nothing beside itself, for any width, for light and dark.</summary>
public static class HtmlReport
{
    private static readonly string StyleSheet = ReadStyleSheet();

    public static string Write(LabResult result)
    {
        var page = new Markup();
        page.Raw("<!DOCTYPE html>\n");
        page.Element("html", [("lang", "en")], html =>
        {
            html.Element("head", head => head
                .Empty("meta", ("charset", "utf-8"))
                .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
                .Element("title", $"{result.Lab}: {Words.Of(result.Verdict)}")
                .Element("style", style => style.Raw(StyleSheet)));
            html.Element("body", body => body.Element("main", main => WriteRun(main, result)));
        });
        return page.Raw("\n").ToString();
    }

    private static void WriteRun(Markup page, LabResult result)
    {
        page.Element("h1", head => Badge(head.Text($"{result.Lab} "), result.Verdict));
        page.Element("p", [("class", "soft")],
            $"{result.LabFile} · run {result.Run} · {result.StartedAt:yyyy-MM-dd HH:mm:ss zzz} · "
            + $"{result.HostSeconds:0.0} s of host time · TestLab {result.Version}");
        if (result.Cells.Count > 1) WriteGrid(page, result.Cells);
        for (int index = 0; index < result.Cells.Count; index++)
            new CellSection(result.Cells[index], isAlone: result.Cells.Count == 1, $"cell-{index}").Write(page);
    }

    private static void WriteGrid(Markup page, IReadOnlyList<CellResult> cells)
    {
        string[] variables = [.. cells.SelectMany(cell => cell.Variables.Keys).Distinct()];
        page.Element("h2", "The matrix");
        page.Element("div", [("class", "scroll")], box => box.Element("table", table =>
        {
            table.Element("tr", row =>
            {
                foreach (string variable in variables) row.Element("th", variable);
                row.Element("th", "verdict").Element("th", [("class", "number")], "guest time").Element("th", "what failed");
            });
            for (int index = 0; index < cells.Count; index++)
            {
                CellResult cell = cells[index];
                string anchor = $"#cell-{index}";
                table.Element("tr", row =>
                {
                    foreach (string variable in variables) row.Element("td", cell.Variables.GetValueOrDefault(variable, ""));
                    row.Element("td", verdict => verdict.Element("a", [("href", anchor)], link => Badge(link, cell.Verdict)));
                    row.Element("td", [("class", "number")], Figures.Time(cell.VirtualNanoseconds));
                    row.Element("td", [("class", "failure")], cell.Failure ?? "");
                });
            }
        }));
    }

    internal static void Badge(Markup page, Verdict verdict) =>
        page.Element("span", [("class", $"badge {verdict}")], Words.Of(verdict));

    private static string ReadStyleSheet()
    {
        using Stream? stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("TestLab.Labs.Reports.report.css");
        using var reader = new StreamReader(stream ?? throw new InvalidOperationException("The style sheet is not built in."));
        return reader.ReadToEnd();
    }
}
