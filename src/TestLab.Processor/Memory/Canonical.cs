using System.Runtime.CompilerServices;

namespace TestLab.Processor.Memory;

/// <summary>Linear addresses of 48 bits, sign-extended (SDM volume 1, section 3.3.7.1).</summary>
public static class Canonical
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ulong address) => (ulong)((long)(address << 16) >> 16) == address;
}
