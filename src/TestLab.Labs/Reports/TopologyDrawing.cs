using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>The lab as a wiring plan: networks are lines across, machines stand below, a drop for each network card.</summary>
internal sealed class TopologyDrawing(CellResult cell)
{
    private const double LabelWidth = 190;
    private const double ColumnWidth = 170;
    private const double Margin = 16;
    private const double NetworkHeight = 56;
    private const double BoxWidth = 140;
    private const double BoxHeight = 52;

    /// <summary>Letters that there is room for, of bold text and of small text.</summary>
    private const int NameLimit = 16;
    private const int SmallLimit = 21;
    private const int NetworkLimit = 20;

    public void Draw(Markup page)
    {
        double width = LabelWidth + ColumnWidth * Math.Max(1, cell.Machines.Count) + Margin;
        double boxTop = NetworkHeight * cell.Networks.Count + 24;
        Svg.Draw(page, "The topology", width, boxTop + BoxHeight + 12, svg =>
        {
            for (int row = 0; row < cell.Networks.Count; row++) DrawNetwork(svg, cell.Networks[row], HeightOf(row), width);
            for (int column = 0; column < cell.Machines.Count; column++)
            {
                DrawMachine(svg, cell.Machines[column], LabelWidth + ColumnWidth * column, boxTop);
            }
        });
    }

    private static double HeightOf(int row) => NetworkHeight * row + 30;

    private static void DrawNetwork(Svg svg, NetworkResult network, double y, double width)
    {
        svg.Text(8, y - 4, Shortened(network.Name, NetworkLimit), "name");
        svg.Text(8, y + 12, network.Subnet is null ? network.Kind : $"{network.Kind} {network.Subnet}", "small");
        svg.Line(LabelWidth - 20, y, width - 12, y, "wire");
    }

    private void DrawMachine(Svg svg, MachineResult machine, double left, double boxTop)
    {
        double boxLeft = left + (ColumnWidth - BoxWidth) / 2;
        (MachineResult.MachineNetwork Place, double X, double Y)[] cards = [.. CardsOf(machine, boxLeft)];
        foreach ((_, double x, double y) in cards)
        {
            svg.Line(x, y, x, boxTop, "drop");
            svg.Circle(x, y, 4, "joint");
        }

        // Over all lines, since some pass where a label has to be.
        foreach ((MachineResult.MachineNetwork place, double x, double y) in cards)
        {
            svg.Text(x + 6, y + 16, place.Address ?? "", "small");
            if (SettingsOf(place.Link) is { } settings) svg.Text(x + 6, y + 28, settings, "small");
        }

        svg.Box(boxLeft, boxTop, BoxWidth, BoxHeight, $"machine {machine.State}");
        svg.Text(boxLeft + 10, boxTop + 20, Shortened(machine.Name, NameLimit), "name");
        svg.Text(boxLeft + 10, boxTop + 36, Shortened(machine.Image, SmallLimit), "small");
    }

    private IEnumerable<(MachineResult.MachineNetwork Place, double X, double Y)> CardsOf(MachineResult machine, double boxLeft)
    {
        for (int index = 0; index < machine.Networks.Count; index++)
        {
            MachineResult.MachineNetwork place = machine.Networks[index];
            int row = cell.Networks.Select(network => network.Name).ToList().IndexOf(place.Network);
            if (row >= 0) yield return (place, boxLeft + BoxWidth * (index + 1) / (machine.Networks.Count + 1), HeightOf(row));
        }
    }

    private static string Shortened(string text, int limit) => text.Length <= limit ? text : text[..(limit - 1)] + "…";

    private string? SettingsOf(string link)
    {
        LinkResult? result = cell.Links.FirstOrDefault(candidate => candidate.Name == link);
        return result is { Down.RateBitsPerSecond: > 0 } ? Figures.Rate(result.Down.RateBitsPerSecond) : null;
    }
}
