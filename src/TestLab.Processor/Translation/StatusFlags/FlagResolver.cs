using System.Numerics;
using System.Runtime.CompilerServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>Turns lazy flags into those that the interpreter keeps, by its own functions.</summary>
internal static unsafe class FlagResolver
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Resolve(CpuState* s)
    {
        ulong word = s->Lazy.Kind;
        s->Lazy.Kind = 0;
        FlagKind kind = FlagWord.KindOf(word);
        if (kind != FlagKind.Known)
        {
            switch (FlagWord.SizeOf(word))
            {
                case 1: Resolve<byte>(s, kind); break;
                case 2: Resolve<ushort>(s, kind); break;
                case 4: Resolve<uint>(s, kind); break;
                default: Resolve<ulong>(s, kind); break;
            }
        }

        ResolveCarry(s, FlagWord.CarryOf(word), 8 * FlagWord.CarrySizeOf(word));
    }

    private static void Resolve<T>(CpuState* s, FlagKind kind) where T : unmanaged, IBinaryInteger<T>
    {
        T left = Number.Truncate<T>(s->Lazy.Left);
        T right = Number.Truncate<T>(s->Lazy.Right);
        T carry = (s->Lazy.OwnCarry & 1) != 0 ? T.One : T.Zero;
        bool isCarry = carry != T.Zero;
        int count = (int)s->Lazy.Right;
        switch (kind)
        {
            case FlagKind.Logic: Flags.SetLogic(s, left); break;
            case FlagKind.Compare: Flags.SetDifference(s, left, right, unchecked(left - right)); break;
            case FlagKind.Test: Flags.SetLogic(s, left & right); break;
            case FlagKind.Order or FlagKind.Match: ResolveBytes(s, kind); break;
            case FlagKind.Sum: Flags.SetSum(s, unchecked(left - right), right, left); break;
            case FlagKind.Difference: Flags.SetDifference(s, unchecked(left + right), right, left); break;
            case FlagKind.SumWithCarry: Flags.SetSum(s, unchecked(left - right - carry), right, left); break;
            case FlagKind.DifferenceWithBorrow: Flags.SetDifference(s, unchecked(left + right + carry), right, left); break;
            case FlagKind.Product: Flags.SetResult(s, left, isCarry, isCarry); break;
            case FlagKind.Negate: Flags.SetDifference(s, T.Zero, unchecked(T.Zero - left), left); break;
            case FlagKind.ShiftLeft: Instructions.Shifts.SetLeftFlags(s, left, count); break;
            case FlagKind.ShiftRight: Instructions.Shifts.SetRightFlags(s, left, count); break;
            case FlagKind.ShiftArithmetic: Instructions.Shifts.SetArithmeticRightFlags(s, left, count); break;
            case FlagKind.Population: Flags.Write(s, left == T.Zero ? Flags.Zero : 0); break;
            case FlagKind.Scan: Instructions.Bits.SetScanFlags(s, Number.ZeroExtend(left)); break;
        }
    }

    private static void ResolveBytes(CpuState* s, FlagKind kind)
    {
        uint flags = 0;
        ulong bytes = s->Lazy.Left;
        foreach ((uint flag, _) in FlagBytes.Of(kind))
        {
            if ((bytes & 0xFF) != 0) flags |= flag;
            bytes >>= 8;
        }

        Flags.Write(s, flags);
    }

    private static void ResolveCarry(CpuState* s, CarryKind kind, int bits)
    {
        bool lowest = (s->Lazy.Carry & 1) != 0;
        bool highest = (s->Lazy.Carry >> (bits - 1) & 1) != 0;
        switch (kind)
        {
            case CarryKind.Given: Flags.SetCarry(s, lowest); break;
            case CarryKind.RotateLeft: Flags.SetCarryOverflow(s, lowest, lowest != highest); break;
            case CarryKind.RotateRight:
                Flags.SetCarryOverflow(s, highest, highest != ((s->Lazy.Carry >> (bits - 2) & 1) != 0));
                break;
        }
    }
}
