using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PAND, PANDN, POR, PXOR, and their twins for floating-point numbers.</summary>
internal static class VectorLogic
{
    public static void Register(InstructionTable table)
    {
        table.BindLanes<And>(Mnemonic.Pand);
        table.BindLanes<AndNot>(Mnemonic.Pandn);
        table.BindLanes<Or>(Mnemonic.Por);
        table.BindLanes<Xor>(Mnemonic.Pxor);
        table.BindVector<And>(Mnemonic.Andps);
        table.BindVector<And>(Mnemonic.Andpd);
        table.BindVector<AndNot>(Mnemonic.Andnps);
        table.BindVector<AndNot>(Mnemonic.Andnpd);
        table.BindVector<Or>(Mnemonic.Orps);
        table.BindVector<Or>(Mnemonic.Orpd);
        table.BindVector<Xor>(Mnemonic.Xorps);
        table.BindVector<Xor>(Mnemonic.Xorpd);
    }

    private readonly struct And : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) => left & right;
    }

    /// <summary>The left operand is the inverted one.</summary>
    private readonly struct AndNot : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.AndNot(right, left);
    }

    private readonly struct Or : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) => left | right;
    }

    private readonly struct Xor : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) => left ^ right;
    }
}
