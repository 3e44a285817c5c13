using System.Text;

namespace TestLab.Labs.Reports;

/// <summary>Writes elements of HTML and SVG; all text and every attribute is escaped here and nowhere else.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>An element with what the action writes inside it.</summary>
    public Markup Element(string name, ReadOnlySpan<(string Name, string Value)> attributes, Action<Markup> content)
    {
        Open(name, attributes).Append('>');
        content(this);
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    public Markup Element(string name, ReadOnlySpan<(string Name, string Value)> attributes, string content) =>
        Element(name, attributes, inside => inside.Text(content));

    public Markup Element(string name, string content) => Element(name, [], content);

    public Markup Element(string name, Action<Markup> content) => Element(name, [], content);

    /// <summary>An element without content.</summary>
    public Markup Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes).Append("/>");
        return this;
    }

    public Markup Text(string text)
    {
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '&' => _text.Append("&amp;"),
                '"' => _text.Append("&quot;"),
                // What no document may hold: a guest's console does not break the page.
                < ' ' and not '\n' and not '\t' => _text.Append('\uFFFD'),
                >= '\uFFFE' => _text.Append('\uFFFD'),
                _ => _text.Append(letter),
            };
        }

        return this;
    }

    /// <summary>What is markup already: the page's own style sheet.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public override string ToString() => _text.ToString();

    private StringBuilder Open(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"");
            Text(value);
            _text.Append('"');
        }

        return _text;
    }
}
