namespace TestLab.Processor.FloatingPoint;

/// <summary>How the first operand of a comparison stands to the second.</summary>
public enum FloatRelation : byte
{
    Less,
    Equal,
    Greater,
    Unordered,
}
