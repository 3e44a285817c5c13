using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>MOV between general registers, immediates and memory; LEA, XCHG, BSWAP, XLAT.</summary>
internal static unsafe class Moves
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Mov, BindMove, pure: true);
        table.Bind(Mnemonic.Movnti, BindMove);
        table.Bind(Mnemonic.Lea, BindLea, pure: true);
        table.Bind(Mnemonic.Xchg, BindExchange, pure: true);
        table.Bind(Mnemonic.Bswap, b => b.Op->Handler = Forms.ByWidth<SwapForms>(b.Size), pure: true);
        table.Bind(Mnemonic.Xlatb, b => b.Op->Handler = &Translate);
    }

    private static void BindMove(Binding b)
    {
        if (!IsGeneral(b, 0) || !IsGeneral(b, 1))
        {
            SystemMoves.Bind(b);
            return;
        }

        b.Op->Handler = (b.Instruction.Op0Kind, b.Instruction.Op1Kind) switch
        {
            (OpKind.Register, OpKind.Register) => Forms.ByWidth<RegisterForms>(b.Size),
            (OpKind.Register, OpKind.Memory) => Forms.ByAddress<ReadForms<Load>>(b.Size, b.Form),
            (OpKind.Memory, OpKind.Register) => Forms.ByAddress<WriteForms<Store>>(b.Size, b.Form),
            (OpKind.Memory, _) => Forms.ByAddress<WriteForms<StoreImmediate>>(b.Size, b.Form),
            _ => Forms.ByWidth<ImmediateForms>(b.Size),
        };
    }

    private static bool IsGeneral(Binding b, int operand) =>
        !b.IsRegister(operand) || b.Instruction.GetOpRegister(operand).IsGPR();

    private static void BindLea(Binding b)
    {
        if (!b.IsMemory(1)) return;
        b.Op->Handler = 8 * b.Size > b.Op->AddressBits ? Forms.ByWidth<CutLeaForms>(b.Size) : Forms.ByWidth<LeaForms>(b.Size);
    }

    private static void BindExchange(Binding b) => b.Op->Handler = b.IsMemory(0) || b.IsMemory(1)
        ? Forms.ByAddress<ModifyForms<ExchangeMemory>>(b.Size, b.Form) : Forms.ByWidth<ExchangeForms>(b.Size);

    private readonly struct RegisterForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Move<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Move<T>(CpuState* s, Op* op) where T : unmanaged
        {
            Registers.Write(s, op->Destination, Registers.Read<T>(s, op->Source));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct ImmediateForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Move<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Move<T>(CpuState* s, Op* op) where T : unmanaged
        {
            Registers.Write(s, op->Destination, *(T*)&op->Immediate);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct Load : IReader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            Registers.Write(s, op->Destination, value);
    }

    private readonly struct Store : IWriter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> => Registers.Read<T>(s, op->Source);
    }

    private readonly struct StoreImmediate : IWriter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> => *(T*)&op->Immediate;
    }

    private readonly struct LeaForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Lea<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Lea<T>(CpuState* s, Op* op) where T : unmanaged
        {
            Registers.Write(s, op->Destination, Number.Truncate<T>(Flat64.Of(s, op, 0, write: false)));
            (op + 1)->Handler(s, op + 1);
        }
    }

    /// <summary>The result is wider than the address: it is cut to the address first.</summary>
    private readonly struct CutLeaForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Lea<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Lea<T>(CpuState* s, Op* op) where T : unmanaged
        {
            ulong address = Flat64.Of(s, op, 0, write: false);
            address = op->AddressBits == 16 ? (ushort)address : (uint)address;
            Registers.Write(s, op->Destination, Number.Truncate<T>(address));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct ExchangeForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Exchange<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Exchange<T>(CpuState* s, Op* op) where T : unmanaged
        {
            T left = Registers.Read<T>(s, op->Destination);
            Registers.Write(s, op->Destination, Registers.Read<T>(s, op->Source));
            Registers.Write(s, op->Source, left);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct ExchangeMemory : IModifier
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>
        {
            T written = Registers.Read<T>(s, op->Source);
            Registers.Write(s, op->Source, value);
            return written;
        }
    }

    private readonly struct SwapForms : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Swap<T>;

        /// <summary>Of 16 bits the result is undefined; here it is zero, as processors do.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Swap<T>(CpuState* s, Op* op) where T : unmanaged
        {
            ulong value = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Number.ZeroExtend(Registers.Read<T>(s, op->Destination)));
            value = sizeof(T) == 2 ? 0 : value >> (64 - 8 * sizeof(T));
            Registers.Write(s, op->Destination, Number.Truncate<T>(value));
            (op + 1)->Handler(s, op + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Translate(CpuState* s, Op* op)
    {
        ulong offset = s->Registers[3] + (byte)s->Registers[0];
        offset = op->AddressBits switch { 16 => (ushort)offset, 32 => (uint)offset, _ => offset };
        byte* place = Access.Read<byte>(s, op, Segmentation.Linear(s, op, op->Segment, offset, 1, write: false));
        if (place == null) return;
        *(byte*)&s->Registers[0] = *place;
        (op + 1)->Handler(s, op + 1);
    }
}
