using System.Globalization;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What a link must have carried.</summary>
internal static class MeasureKeys
{
    private static readonly (string Name, LinkFigure Figure)[] Figures =
    [
        ("rate", LinkFigure.Rate), ("goodput", LinkFigure.Goodput), ("delay", LinkFigure.Delay), ("delay_min", LinkFigure.DelayMin),
        ("delay_max", LinkFigure.DelayMax), ("loss", LinkFigure.Loss), ("drops", LinkFigure.Drops), ("frames", LinkFigure.Frames),
        ("bytes", LinkFigure.Bytes),
    ];

    private static readonly Key<IReadOnlyList<string>> Link = new("link", new NamesShape("link", names => names.Links), "The link.") { IsRequired = true };

    private static readonly Key<string> Step = new("step", Scalars.Reference("step", names => names.Steps),
        "In whose time; the step before by default.");

    private static readonly Key<IReadOnlyList<LinkCheck>>[] Checks =
    [
        .. from direction in new[] { LinkDirection.Down, LinkDirection.Up }
           from figure in Figures
           select CheckKey(direction, figure.Name, figure.Figure),
    ];

    public static Shape<MeasureAction> Measure { get; } = new RecordShape<MeasureAction>("measure", "a measurement", [Link, Step, .. Checks], Build);

    private static MeasureAction Build(Fields fields, Reading reading)
    {
        IReadOnlyList<string> links = fields.Get(Link, []);
        if (links.Count > 1) reading.Add(fields.MarkOf(Link), $"one link is measured at a time, not {links.Count}");
        if (!Checks.Any(fields.Has)) reading.Add(fields.Mark, "nothing is measured here; write down.rate, up.delay, ...");
        return new()
        {
            Link = links.Count > 0 ? links[0] : "",
            Step = fields.TryGet(Step, out string? step) ? step : null,
            Checks = [.. Checks.SelectMany(key => fields.Get(key, []))],
        };
    }

    private static Key<IReadOnlyList<LinkCheck>> CheckKey(LinkDirection direction, string name, LinkFigure figure)
    {
        string example = figure switch
        {
            LinkFigure.Rate or LinkFigure.Goodput => "<= 2Mbit",
            LinkFigure.Loss => "<= 1%",
            LinkFigure.Drops or LinkFigure.Frames => ">= 10",
            LinkFigure.Bytes => ">= 1MiB",
            _ => ">= 80ms",
        };
        string noun = $"a comparison like \"{example}\"";
        var check = new ScalarShape<LinkCheck>(noun, null, (node, _) =>
        {
            (Comparison comparison, string rest) = TextShapes.SplitComparison(node.Text);
            Parsed<ulong> value = ParseValue(figure, rest);
            return value.TryGet(out ulong right)
                ? new LinkCheck(direction, figure, comparison, right)
                : new WrongText($"{value.Error}; {noun} is expected here");
        });
        return new($"{direction.ToString().ToLowerInvariant()}.{name}", new ListShape<LinkCheck>(check, isOneAllowed: true),
            $"{(direction == LinkDirection.Down ? "To" : "From")} the machine: {noun}, or several.");
    }

    private static Parsed<ulong> ParseValue(LinkFigure figure, string text)
    {
        if (figure is LinkFigure.Loss)
        {
            Parsed<Probability> share = Scalars.ParseProbability(text);
            return share.TryGet(out Probability loss) ? loss.PartsPerBillion : new WrongText(share.Error ?? "");
        }
        if (figure is LinkFigure.Drops or LinkFigure.Frames)
        {
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count)
                ? count
                : new WrongText($"{Quote.Of(text)} is no number of frames");
        }
        Unit unit = figure switch
        {
            LinkFigure.Rate or LinkFigure.Goodput => Unit.Rate,
            LinkFigure.Bytes => Unit.Size,
            _ => Unit.Duration,
        };
        return unit.TryParse(text, out long value, out string? error) ? (ulong)value : new WrongText(error);
    }
}
