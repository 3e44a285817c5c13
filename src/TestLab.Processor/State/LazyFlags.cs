using System.Runtime.InteropServices;

namespace TestLab.Processor.State;

/// <summary>Status flags as operands that they can be computed from, while translated code runs.</summary>
/// <remarks>The interpreter never sees them: what leaves translated code has them in <see cref="Flags"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct LazyFlags
{
    /// <summary>How the flags follow from the operands; 0 where they are in <see cref="Flags"/>.</summary>
    public ulong Kind;

    /// <summary>The left operand, or the result.</summary>
    public ulong Left;
    public ulong Right;

    /// <summary>What stands in the place of CF, or of CF and OF, after instructions that leave the others.</summary>
    public ulong Carry;

    /// <summary>The carry that the operation took, or gave.</summary>
    public ulong OwnCarry;
}
