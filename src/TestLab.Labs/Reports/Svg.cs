using System.Globalization;

namespace TestLab.Labs.Reports;

/// <summary>A drawing of fixed size in its own units, in words of shapes.</summary>
internal sealed class Svg(Markup markup)
{
    /// <summary>Drawings shrink no further than to this part of their size; then they scroll.</summary>
    private const double ReadableScale = 0.75;

    /// <summary>Draws into a picture that scales down with the page, but not below what can be read.</summary>
    public static void Draw(Markup markup, string title, double width, double height, Action<Svg> shapes) =>
        markup.Element("div", [("class", "picture")], box => box.Element(
            "svg",
            [
                ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("role", "img"), ("aria-label", title),
                ("style", $"min-width:{Number(width * ReadableScale)}px;max-width:{Number(width)}px"),
            ],
            inside => shapes(new Svg(inside))));

    public void Line(double fromX, double fromY, double toX, double toY, string style) => markup.Empty(
        "line", ("x1", Number(fromX)), ("y1", Number(fromY)), ("x2", Number(toX)), ("y2", Number(toY)), ("class", style));

    public void Circle(double x, double y, double radius, string style) => markup.Empty(
        "circle", ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)), ("class", style));

    public void Box(double x, double y, double width, double height, string style, string? hint = null) => markup.Element(
        "rect",
        [
            ("x", Number(x)), ("y", Number(y)), ("width", Number(Math.Max(width, 1))), ("height", Number(height)),
            ("rx", "3"), ("class", style),
        ],
        inside => Hint(inside, hint));

    public void Text(double x, double y, string text, string style = "") =>
        markup.Element("text", [("x", Number(x)), ("y", Number(y)), ("class", style)], text);

    public void Path(IEnumerable<(double X, double Y)> points, string style) => markup.Empty(
        "polyline", ("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))),
        ("class", style));

    private static void Hint(Markup inside, string? hint)
    {
        if (hint is not null) inside.Element("title", hint);
    }

    private static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
