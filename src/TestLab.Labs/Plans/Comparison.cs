namespace TestLab.Labs.Plans;

/// <summary>How a measured figure (left) must stand to the given one (right).</summary>
public enum Comparison
{
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
    NotEqual,
}
