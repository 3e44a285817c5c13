using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PMOVMSKB, MOVMSKPS, MOVMSKPD, PTEST, MASKMOVQ, MASKMOVDQU, MPSADBW.</summary>
internal static unsafe class VectorMasks
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Pmovmskb, b =>
        {
            if (b.Instruction.Op1Register.IsMM()) Bind<MmxUnit>(b, &MmxSigns);
            else Bind<SseUnit>(b, &Signs<byte>);
        });
        table.Bind(Mnemonic.Movmskps, b => Bind<SseUnit>(b, &Signs<uint>));
        table.Bind(Mnemonic.Movmskpd, b => Bind<SseUnit>(b, &Signs<ulong>));
        table.Bind(Mnemonic.Ptest, OutOfLineForms<Test>.Bind);
        table.Bind(Mnemonic.Mpsadbw, OutOfLineForms<SumsOfDifferences>.Bind);
        table.Bind(Mnemonic.Maskmovdqu, b => BindMaskedStore<SseUnit>(b));
        table.Bind(Mnemonic.Maskmovq, b => BindMaskedStore<MmxUnit>(b));
    }

    private static void Bind<TUnit>(Binding b, delegate*<CpuState*, Op*, void> handler)
        where TUnit : struct, IVectorUnit
    {
        if (!TUnit.BindTrap(b)) b.Op->Handler = handler;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Signs<T>(CpuState* s, Op* op) where T : unmanaged
    {
        *(ulong*)((byte*)s + op->Destination) = Vectors128.Read(s, op->Source).As<byte,
            T>().ExtractMostSignificantBits();
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MmxSigns(CpuState* s, Op* op)
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        MmxUnit.Use(s);
        Vector128<byte> value = Vector128.CreateScalar(MmxUnit.Read(s, op->Source)).AsByte();
        *(ulong*)((byte*)s + op->Destination) = value.ExtractMostSignificantBits();
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>The operands of a masked store are (E)DI or RDI, data, mask.</summary>
    private static void BindMaskedStore<TUnit>(Binding b) where TUnit : struct, IVectorUnit
    {
        if (TUnit.BindTrap(b)) return;
        b.Op->Base = CpuLayout.GeneralOffset(7);
        b.Op->Index = CpuLayout.Zero;
        b.Op->Displacement = 0;
        b.Op->Segment = CpuLayout.OffsetOf(b.Instruction.MemorySegment);
        b.Op->AddressBits = b.Instruction.Op0Kind switch { OpKind.MemorySegRDI => 64, OpKind.MemorySegEDI => 32,
            _ => 16 };
        b.Op->Handler = &MaskedStore<TUnit>;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MaskedStore<TUnit>(CpuState* s, Op* op) where TUnit : struct, IVectorUnit
    {
        if (TUnit.IsBlocked(s, op)) return;
        if (!StoreMasked(s, op, typeof(TUnit) == typeof(MmxUnit) ? 8 : 16)) return;
        TUnit.Use(s);
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>
    /// Rule: the whole operand must be writable, whatever the mask selects; only the selected bytes are written.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool StoreMasked(CpuState* s, Op* op, int size)
    {
        byte* data = (byte*)s + op->Source;
        byte* mask = (byte*)s + op->Third;
        ulong address = Segmented.Of(s, op, size, write: true);
        if (!Access.CanWrite(s, op, address, size)) return false;
        for (int i = 0; i < size; i++)
        {
            if (mask[i] >= 0x80 && !Access.WriteBytes(s, op, address + (ulong)i, data + i, 1)) return false;
        }

        return true;
    }

    private readonly struct Test : IOutOfLineOperation
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            Vector128<byte> left = Vectors128.Read(s, op->Destination);
            Vector128<byte> value = *(Vector128<byte>*)right;
            bool noneSet = (left & value) == Vector128<byte>.Zero;
            bool noneOutside = Vector128.AndNot(value, left) == Vector128<byte>.Zero;
            Flags.Write(s, (noneSet ? Flags.Zero : 0) | (noneOutside ? Flags.Carry : 0));
            return true;
        }
    }

    /// <summary>Eight sums: four bytes of the right operand against four that slide along the left one.</summary>
    private readonly struct SumsOfDifferences : IOutOfLineOperation
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            byte* left = (byte*)s + op->Destination + (op->Immediate & 4);
            byte* block = right + 4 * (op->Immediate & 3);
            ushort* sums = stackalloc ushort[8];
            for (int i = 0; i < 8; i++)
            {
                int sum = 0;
                for (int j = 0; j < 4; j++) sum += Math.Abs(left[i + j] - block[j]);
                sums[i] = (ushort)sum;
            }

            Vectors128.Write(s, op->Destination, *(Vector128<byte>*)sums);
            return true;
        }
    }
}
