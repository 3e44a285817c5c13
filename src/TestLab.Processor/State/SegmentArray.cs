using System.Runtime.CompilerServices;

namespace TestLab.Processor.State;

/// <summary>The eight segment registers, indexed by <see cref="SegmentIndex"/>.</summary>
[InlineArray(Count)]
public struct SegmentArray
{
    public const int Count = 8;

    private SegmentRegister _first;
}
