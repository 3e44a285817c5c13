using System.Text;
using TestLab.Labs.Words;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TestLab.Labs.Yaml;

/// <summary>Reads one YAML document into nodes, in bounded time and memory.</summary>
/// <remarks>
/// Anchors, aliases, merge keys and tags are refused: lab files have templates and variables, and without aliases a
/// document is never larger than its file.
/// </remarks>
internal sealed class YamlReader
{
    public const int BytesMax = 1 << 20;
    public const int DepthMax = 32;
    public const int NodesMax = 20_000;

    private readonly ProblemList _problems;
    private readonly string[] _lines;
    private readonly IParser _parser;
    private int _depth;
    private int _nodes;

    private YamlReader(string text, ProblemList problems)
    {
        _problems = problems;
        _lines = text.Split('\n');
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The document; null where it cannot be read, and then there is a problem that says why.</summary>
    public static Node? Read(ReadOnlySpan<byte> bytes, ProblemList problems)
    {
        if (bytes.Length > BytesMax)
        {
            problems.Add(Mark.Start, $"the file has {bytes.Length} bytes; a lab file has at most {BytesMax}");
            return null;
        }
        return Decode(bytes, problems) is { } text ? new YamlReader(text, problems).ReadDocument() : null;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, ProblemList problems)
    {
        ReadOnlySpan<byte> content = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var line = 1;
        var column = 1;
        var text = new StringBuilder(content.Length);
        for (ReadOnlySpan<byte> rest = content; !rest.IsEmpty;)
        {
            bool isText = Rune.DecodeFromUtf8(rest, out Rune letter, out int length) == System.Buffers.OperationStatus.Done;
            if (!isText || IsForbidden(letter))
            {
                problems.Add(new(line, column), isText
                    ? $"the character U+{letter.Value:X4} cannot stand in a lab file"
                    : $"the byte 0x{rest[0]:X2} is not UTF-8; save the file in that encoding");
                return null;
            }
            text.Append(letter.ToString());
            (line, column) = letter.Value == '\n' ? (line + 1, 1) : (line, column + letter.Utf16SequenceLength);
            rest = rest[length..];
        }
        return text.ToString();
    }

    private static bool IsForbidden(Rune letter) =>
        Rune.IsControl(letter) && letter.Value is not ('\t' or '\n' or '\r');

    private Node? ReadDocument()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _))
            {
                _problems.Add(Mark.Start, "the file is empty; a lab file begins with lab: NAME");
                return null;
            }
            _parser.Consume<DocumentStart>();
            Node? root = ReadNode();
            if (root is null) return null;
            _parser.Consume<DocumentEnd>();
            if (_parser.Accept<DocumentStart>(out DocumentStart? second))
            {
                _problems.Add(MarkOf(second.Start), "a second document begins here; a lab file is one document");
            }
            return root;
        }
        catch (YamlException wrong)
        {
            if (FirstTab() is { } tab) _problems.Add(tab, "a tab cannot indent in YAML; use spaces");
            else _problems.Add(MarkOf(wrong.Start), Explain(wrong));
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException or FormatException)
        {
            // The parser's own checks of numbers and characters in escapes and directives.
            _problems.Add(Mark.Start, $"this is no YAML: {wrong.Message}");
            return null;
        }
    }

    private static string Explain(YamlException wrong)
    {
        string reason = wrong.Message.Replace("  ", " ", StringComparison.Ordinal);
        int colon = reason.StartsWith('(') ? reason.IndexOf("): ", StringComparison.Ordinal) : -1;
        reason = (colon < 0 ? reason : reason[(colon + 3)..]).TrimEnd('.');
        return $"this is no YAML: {char.ToLowerInvariant(reason.FirstOrDefault(' '))}{reason.AsSpan(Math.Min(1, reason.Length))}";
    }

    /// <summary>The first tab that indents a line: what the parser says of it is hard to understand.</summary>
    private Mark? FirstTab()
    {
        for (var line = 0; line < _lines.Length; line++)
        {
            string text = _lines[line];
            int indent = text.AsSpan().IndexOfAnyExcept(' ', '\t');
            int tab = text.AsSpan(0, Math.Max(0, indent)).IndexOf('\t');
            if (tab >= 0) return new(line + 1, tab + 1);
        }
        return null;
    }

    private Node? ReadNode()
    {
        ParsingEvent next = _parser.Current ?? throw new SyntaxErrorException("the document ends here");
        Mark mark = MarkOf(next.Start);
        if (++_nodes > NodesMax)
        {
            _problems.Add(mark, $"the file has more than {NodesMax} values");
            return null;
        }
        if (next is AnchorAlias || next is NodeEvent { Anchor.IsEmpty: false })
        {
            _problems.Add(mark, "anchors and aliases are not part of lab files; use templates: and variables:");
            return null;
        }
        if (next is NodeEvent { Tag: { IsEmpty: false } tag })
        {
            _problems.Add(mark, $"the tag {Quote.Of(tag.Value)} is not part of lab files; values need no tags");
            return null;
        }
        if (_depth >= DepthMax)
        {
            _problems.Add(mark, $"values are nested more than {DepthMax} deep");
            return null;
        }
        _depth++;
        Node? node = next switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(mark),
            _ => ReadMap(mark),
        };
        _depth--;
        return node;
    }

    private ScalarNode ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        bool isPlain = scalar.Style == ScalarStyle.Plain;
        // Escapes would move what follows them.
        int width = scalar.Value.Length + (isPlain ? 0 : 2);
        bool isOnOneLine = scalar.Start.Line == scalar.End.Line && scalar.End.Column - scalar.Start.Column == width;
        return new(MarkOf(scalar.Start), scalar.Value, isPlain, isOnOneLine);
    }

    private ListNode? ReadList(Mark mark)
    {
        _parser.Consume<SequenceStart>();
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode() is not { } item) return null;
            items.Add(item);
        }
        return new(mark, items);
    }

    private MapNode? ReadMap(Mark mark)
    {
        _parser.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        var keys = new Dictionary<string, Mark>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode() is not { } key || ReadNode() is not { } value) return null;
            if (key is not ScalarNode name) _problems.Add(key.Mark, $"a key is a single word, not {key.Kind}");
            else if (name is { Text: "<<", IsPlain: true })
            {
                _problems.Add(key.Mark, "merge keys are not part of lab files; use templates:");
            }
            else if (keys.TryGetValue(name.Text, out Mark first))
            {
                _problems.Add(key.Mark, $"the key {Quote.Of(name.Text)} stands here a second time; the first is in line "
                    + $"{first.Line}");
            }
            else
            {
                keys.Add(name.Text, name.Mark);
                entries.Add(new(name, value));
            }
        }
        return new(mark, entries);
    }

    private static Mark MarkOf(YamlDotNet.Core.Mark mark) => new((int)mark.Line, (int)mark.Column);
}
