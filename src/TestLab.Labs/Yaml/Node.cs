namespace TestLab.Labs.Yaml;

/// <summary>A part of a YAML document, and where it begins.</summary>
internal abstract record Node(Mark Mark)
{
    /// <summary>For messages: what the part is.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
/// <param name="Mark">Where it begins, quotes included.</param>
/// <param name="Text">Without quotes and escapes.</param>
/// <param name="IsPlain">Not quoted and not a block: what looks like a number is one.</param>
/// <param name="IsOnOneLine">Text and file agree column by column.</param>
internal sealed record ScalarNode(Mark Mark, string Text, bool IsPlain, bool IsOnOneLine) : Node(Mark)
{
    /// <summary>Whether <c>${...}</c> still stands in it.</summary>
    public bool IsOpen { get; init; } = Text.Contains("${", StringComparison.Ordinal);

    /// <summary>Its problem has been told: nobody needs another.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Nothing was written, or YAML's word for nothing.</summary>
    public bool IsNothing => IsPlain && Text is "" or "~" or "null";

    public override string Kind => IsNothing ? "nothing" : "a single value";
}

/// <summary>Values in order.</summary>
internal sealed record ListNode(Mark Mark, IReadOnlyList<Node> Items) : Node(Mark)
{
    public override string Kind => "a list";
}

/// <summary>Values by key; each key stands once.</summary>
internal sealed record MapNode(Mark Mark, IReadOnlyList<MapEntry> Entries) : Node(Mark)
{
    public override string Kind => "a map";

    public Node? Find(string key)
    {
        foreach (MapEntry entry in Entries)
        {
            if (entry.Key.Text == key) return entry.Value;
        }
        return null;
    }
}

/// <summary>One line of a map.</summary>
internal readonly record struct MapEntry(ScalarNode Key, Node Value);
