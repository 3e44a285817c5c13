using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PSLL, PSRL, PSRA by the low quadword of an operand or by an immediate.</summary>
internal static unsafe class VectorShifts
{
    public static void Register(InstructionTable table)
    {
        Bind<Left<ushort>>(table, Mnemonic.Psllw);
        Bind<Left<uint>>(table, Mnemonic.Pslld);
        Bind<Left<ulong>>(table, Mnemonic.Psllq);
        Bind<Right<ushort>>(table, Mnemonic.Psrlw);
        Bind<Right<uint>>(table, Mnemonic.Psrld);
        Bind<Right<ulong>>(table, Mnemonic.Psrlq);
        Bind<RightArithmeticWords>(table, Mnemonic.Psraw);
        Bind<RightArithmeticDoublewords>(table, Mnemonic.Psrad);
    }

    private static void Bind<TShift>(InstructionTable table, Mnemonic mnemonic)
        where TShift : struct, IShiftOperation =>
        table.Bind(mnemonic, b =>
        {
            bool isMmx = b.Instruction.Op0Register.IsMM();
            bool byOperand = b.IsRegister(1) || b.IsMemory(1);
            if (byOperand && isMmx) MmxForms<LowerHalf<ByOperand<TShift>>>.Bind(b);
            else if (byOperand) VectorForms<Plain<ByOperand<TShift>>>.Bind(b);
            else if (isMmx && !MmxUnit.BindTrap(b)) b.Op->Handler = &ShiftMmxByImmediate<TShift>;
            else if (!isMmx && !SseUnit.BindTrap(b)) b.Op->Handler = &ShiftByImmediate<TShift>;
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShiftByImmediate<TShift>(CpuState* s, Op* op) where TShift : struct, IShiftOperation
    {
        Vectors128.Write(s, op->Destination, TShift.Apply(Vectors128.Read(s, op->Destination), (byte)op->Immediate));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShiftMmxByImmediate<TShift>(CpuState* s, Op* op) where TShift : struct, IShiftOperation
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        Vector128<byte> value = Vector128.CreateScalar(MmxUnit.Read(s, op->Destination)).AsByte();
        MmxUnit.Write(s, op->Destination, TShift.Apply(value, (byte)op->Immediate).AsUInt64().ToScalar());
        (op + 1)->Handler(s, op + 1);
    }

    private readonly struct ByOperand<TShift> : IVectorOperation where TShift : struct, IShiftOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            TShift.Apply(left, right.AsUInt64().ToScalar());
    }

    private readonly struct Left<T> : IShiftOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> value, ulong count) => count >= (ulong)(8 * sizeof(T))
            ? Vector128<byte>.Zero
            : (value.As<byte, T>() << (int)count).AsByte();
    }

    private readonly struct Right<T> : IShiftOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> value, ulong count) => count >= (ulong)(8 * sizeof(T))
            ? Vector128<byte>.Zero
            : (value.As<byte, T>() >>> (int)count).AsByte();
    }

    private readonly struct RightArithmeticWords : IShiftOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> value, ulong count) =>
            (value.AsInt16() >> (int)Math.Min(count, 15)).AsByte();
    }

    private readonly struct RightArithmeticDoublewords : IShiftOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> value, ulong count) =>
            (value.AsInt32() >> (int)Math.Min(count, 31)).AsByte();
    }
}
