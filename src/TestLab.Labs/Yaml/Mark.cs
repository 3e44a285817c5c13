namespace TestLab.Labs.Yaml;

/// <summary>A place in a file; lines and columns count from 1, columns in UTF-16 units.</summary>
internal readonly record struct Mark(int Line, int Column) : IComparable<Mark>
{
    public static Mark Start => new(1, 1);

    public int CompareTo(Mark other) => (Line, Column).CompareTo((other.Line, other.Column));

    public Mark Right(int columns) => new(Line, Column + columns);
}
