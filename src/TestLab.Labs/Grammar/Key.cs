namespace TestLab.Labs.Grammar;

/// <summary>A key of a map with fixed keys.</summary>
internal abstract class Key(string name, Shape shape, string help)
{
    public string Name { get; } = name;

    public Shape Shape { get; } = shape;

    /// <summary>One sentence for editors.</summary>
    public string Help { get; } = help;

    public bool IsRequired { get; init; }
}

/// <summary>A key whose values are of one type.</summary>
internal sealed class Key<T>(string name, Shape<T> shape, string help) : Key(name, shape, help);
