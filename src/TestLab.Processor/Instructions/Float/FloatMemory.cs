using System.Runtime.InteropServices;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Float;

/// <summary>The formats of memory operands that computations take, each with how it becomes an operand.</summary>
internal static class FloatMemory
{
    public interface IFormat<T> where T : unmanaged
    {
        static abstract FloatOperand ToOperand(T value);
    }

    /// <summary>The ten bytes of an 80-bit number or of packed decimals, as they lie in memory.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    public readonly record struct TenBytes(ulong Low, ushort High);

    public readonly struct Binary32 : IFormat<uint>
    {
        public static FloatOperand ToOperand(uint value) => FloatOperand.FromBinary32(value);
    }

    public readonly struct Binary64 : IFormat<ulong>
    {
        public static FloatOperand ToOperand(ulong value) => FloatOperand.FromBinary64(value);
    }

    public readonly struct Integer16 : IFormat<short>
    {
        public static FloatOperand ToOperand(short value) => FloatOperand.FromInteger(value);
    }

    public readonly struct Integer32 : IFormat<int>
    {
        public static FloatOperand ToOperand(int value) => FloatOperand.FromInteger(value);
    }
}
