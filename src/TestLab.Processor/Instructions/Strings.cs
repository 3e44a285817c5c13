using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>MOVS, STOS, LODS, SCAS, CMPS, with and without a repeat prefix.</summary>
/// <remarks>
/// Each iteration of a repeated instruction retires as one instruction and can be interrupted before the next. Runs of
/// iterations inside a page are done at once where the outcome is the same. The block has paid for one iteration
/// beforehand; the loop pays for each, and gives that one back when it ends.
/// </remarks>
internal static unsafe class Strings
{
    public static void Register(InstructionTable table)
    {
        Bind<Move>(table, Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsd, Mnemonic.Movsq);
        Bind<Store>(table, Mnemonic.Stosb, Mnemonic.Stosw, Mnemonic.Stosd, Mnemonic.Stosq);
        Bind<Load>(table, Mnemonic.Lodsb, Mnemonic.Lodsw, Mnemonic.Lodsd, Mnemonic.Lodsq);
        Bind<Scan>(table, Mnemonic.Scasb, Mnemonic.Scasw, Mnemonic.Scasd, Mnemonic.Scasq);
        Bind<Compare>(table, Mnemonic.Cmpsb, Mnemonic.Cmpsw, Mnemonic.Cmpsd, Mnemonic.Cmpsq);
    }

    private interface IStringOperation
    {
        static abstract bool SetsFlags { get; }

        /// <summary>One iteration, index registers included; false on a fault, with nothing changed.</summary>
        static abstract bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>;

        /// <summary>Up to so many iterations at once; 0 where they must go one by one.</summary>
        static abstract long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T>;
    }

    private static void Bind<TOperation>(InstructionTable table, Mnemonic by1, Mnemonic by2, Mnemonic by4, Mnemonic by8)
        where TOperation : IStringOperation
    {
        table.Bind(by1, Bind<TOperation, byte>);
        table.Bind(by2, Bind<TOperation, ushort>);
        table.Bind(by4, Bind<TOperation, uint>);
        table.Bind(by8, Bind<TOperation, ulong>);
    }

    private static void Bind<TOperation, T>(Binding b) where TOperation : IStringOperation where T : unmanaged, IBinaryInteger<T>
    {
        SetAddress(b);
        if (!b.Instruction.HasRepPrefix && !b.Instruction.HasRepnePrefix)
        {
            b.Op->Handler = &Once<TOperation, T>;
            return;
        }

        b.EndsBlock = true;
        b.Op->Third = b.Instruction.HasRepnePrefix ? (ushort)1 : (ushort)0; // Go on while ZF is not this.
        b.Op->Handler = &Repeat<TOperation, T>;
    }

    /// <summary>The source's segment and the size of the index registers; also for INS and OUTS.</summary>
    public static void SetAddress(Binding b)
    {
        for (int i = 0; i < b.Instruction.OpCount; i++)
        {
            OpKind kind = b.Instruction.GetOpKind(i);
            b.Op->AddressBits = kind switch
            {
                OpKind.MemorySegSI or OpKind.MemoryESDI => 16,
                OpKind.MemorySegESI or OpKind.MemoryESEDI => 32,
                OpKind.MemorySegRSI or OpKind.MemoryESRDI => 64,
                _ => b.Op->AddressBits,
            };
            if (kind is OpKind.MemorySegSI or OpKind.MemorySegESI or OpKind.MemorySegRSI)
                b.Op->Segment = CpuLayout.OffsetOf(b.EffectiveSegment());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Once<TOperation, T>(CpuState* s, Op* op) where TOperation : IStringOperation where T : unmanaged, IBinaryInteger<T>
    {
        if (!ApplyOnce<TOperation, T>(s, op)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ApplyOnce<TOperation, T>(CpuState* s, Op* op) where TOperation : IStringOperation where T : unmanaged, IBinaryInteger<T> =>
        TOperation.Apply<T>(s, op);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat<TOperation, T>(CpuState* s, Op* op) where TOperation : IStringOperation where T : unmanaged, IBinaryInteger<T>
    {
        Op* next = RunRepeated<TOperation, T>(s, op);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Op* RunRepeated<TOperation, T>(CpuState* s, Op* op) where TOperation : IStringOperation where T : unmanaged, IBinaryInteger<T>
    {
        ulong mask = AddressMask(op);
        bool first = true;
        while ((s->Rcx & mask) != 0)
        {
            if (s->Budget < 0)
            {
                s->Exit = ExitCause.StringPaused;
                s->ExitingOperation = op;
                return s->ExitOperation;
            }

            long done = TOperation.ApplyRun<T>(s, op, (long)Math.Min(s->Rcx & mask, (ulong)s->Budget + 1));
            if (done == 0)
            {
                if (!TOperation.Apply<T>(s, op)) return s->ExitOperation;
                done = 1;
            }

            s->Budget -= done;
            Advance(ref s->Rcx, -done, op);
            first = false;
            if (TOperation.SetsFlags && Flags.IsZero(s) == (op->Third != 0)) break;
        }

        if (!first) s->Budget++; // The iteration that the block had paid for.
        return Flow.JumpTo(s, Flow.NextRip(s, op));
    }

    private static ulong AddressMask(Op* op) => op->AddressBits switch { 16 => ushort.MaxValue, 32 => uint.MaxValue, _ => ulong.MaxValue };

    /// <summary>Moves an index or count register by its address size; a 32-bit one loses its upper half.</summary>
    private static void Advance(ref ulong register, long distance, Op* op) => register = op->AddressBits switch
    {
        16 => (register & ~0xFFFFUL) | (ushort)(register + (ulong)distance),
        32 => (uint)(register + (ulong)distance),
        _ => register + (ulong)distance,
    };

    private static long Step<T>(CpuState* s) where T : unmanaged =>
        (s->SystemFlags & SystemFlags.Direction) != 0 ? -sizeof(T) : sizeof(T);

    private static ulong Source(CpuState* s, Op* op, int size)
    {
        ulong offset = s->Rsi & AddressMask(op);
        if (op->Segment >= CpuLayout.SegmentOffset(SegmentIndex.Fs) || (s->Mode & CpuMode.Flat) == 0)
            return Segmentation.Linear(s, op, op->Segment, offset, size, write: false);
        return offset;
    }

    private static ulong Destination(CpuState* s, Op* op, int size, bool write)
    {
        ulong offset = s->Rdi & AddressMask(op);
        return (s->Mode & CpuMode.Flat) != 0
            ? offset : Segmentation.Linear(s, op, CpuLayout.SegmentOffset(SegmentIndex.Es), offset, size, write);
    }

    /// <summary>Iterations that stay inside the page of an ascending address, and inside its index register.</summary>
    private static long RunLength<T>(ulong linear, long count) where T : unmanaged =>
        Math.Min(count, (GuestMemory.PageSize - (int)(linear & (GuestMemory.PageSize - 1))) / sizeof(T));

    /// <summary>Runs are for flat code that ascends; everything else goes one by one.</summary>
    private static bool CanRun(CpuState* s, Op* op) =>
        (s->Mode & CpuMode.Flat) != 0 && op->AddressBits != 16 && (s->SystemFlags & SystemFlags.Direction) == 0;

    private readonly struct Move : IStringOperation
    {
        public static bool SetsFlags => false;

        public static bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            T* place = Access.Read<T>(s, op, Source(s, op, sizeof(T)));
            if (place == null) return false;
            T value = *place;
            if (!Access.Write(s, op, Destination(s, op, sizeof(T), write: true), value)) return false;
            Advance(ref s->Rsi, Step<T>(s), op);
            Advance(ref s->Rdi, Step<T>(s), op);
            return true;
        }

        public static long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T>
        {
            if (!CanRun(s, op) || op->Segment >= CpuLayout.SegmentOffset(SegmentIndex.Fs)) return 0;
            ulong source = Source(s, op, sizeof(T));
            ulong destination = Destination(s, op, sizeof(T), write: true);
            Mmu mmu = Cpu.Of(s).Mmu;
            byte* from = mmu.RunForRead(source);
            byte* to = mmu.RunForWrite(destination);
            count = RunLength<T>(destination, RunLength<T>(source, count));
            long bytes = count * sizeof(T);
            if (from == null || to == null || count == 0) return 0;
            // A destination just ahead of its source is filled with the pattern between them.
            if (to > from && to < from + bytes) return 0;
            Buffer.MemoryCopy(from, to, bytes, bytes);
            Advance(ref s->Rsi, bytes, op);
            Advance(ref s->Rdi, bytes, op);
            return count;
        }
    }

    private readonly struct Store : IStringOperation
    {
        public static bool SetsFlags => false;

        public static bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            if (!Access.Write(s, op, Destination(s, op, sizeof(T), write: true), Registers.Read<T>(s, 0))) return false;
            Advance(ref s->Rdi, Step<T>(s), op);
            return true;
        }

        public static long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T>
        {
            if (!CanRun(s, op)) return 0;
            ulong destination = Destination(s, op, sizeof(T), write: true);
            byte* to = Cpu.Of(s).Mmu.RunForWrite(destination);
            count = RunLength<T>(destination, count);
            if (to == null || count == 0) return 0;
            new Span<T>(to, (int)count).Fill(Registers.Read<T>(s, 0));
            Advance(ref s->Rdi, count * sizeof(T), op);
            return count;
        }
    }

    private readonly struct Load : IStringOperation
    {
        public static bool SetsFlags => false;

        public static bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            T* place = Access.Read<T>(s, op, Source(s, op, sizeof(T)));
            if (place == null) return false;
            Registers.Write(s, 0, *place);
            Advance(ref s->Rsi, Step<T>(s), op);
            return true;
        }

        public static long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T> => 0;
    }

    private readonly struct Scan : IStringOperation
    {
        public static bool SetsFlags => true;

        public static bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            T* place = Access.Read<T>(s, op, Destination(s, op, sizeof(T), write: false));
            if (place == null) return false;
            T left = Registers.Read<T>(s, 0);
            Flags.SetDifference(s, left, *place, unchecked(left - *place));
            Advance(ref s->Rdi, Step<T>(s), op);
            return true;
        }

        public static long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T> => 0;
    }

    private readonly struct Compare : IStringOperation
    {
        public static bool SetsFlags => true;

        public static bool Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            T* place = Access.Read<T>(s, op, Source(s, op, sizeof(T)));
            if (place == null) return false;
            T left = *place;
            place = Access.Read<T>(s, op, Destination(s, op, sizeof(T), write: false));
            if (place == null) return false;
            Flags.SetDifference(s, left, *place, unchecked(left - *place));
            Advance(ref s->Rsi, Step<T>(s), op);
            Advance(ref s->Rdi, Step<T>(s), op);
            return true;
        }

        public static long ApplyRun<T>(CpuState* s, Op* op, long count) where T : unmanaged, IBinaryInteger<T> => 0;
    }
}
