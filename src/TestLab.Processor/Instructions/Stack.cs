using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>PUSH and POP of general registers, immediates and memory; PUSHA, POPA, ENTER, LEAVE.</summary>
internal static unsafe class Stack
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Push, BindPush);
        table.Bind(Mnemonic.Pop, BindPop);
        table.Bind(Mnemonic.Pusha, b => b.Op->Handler = &PushAll<ushort>);
        table.Bind(Mnemonic.Pushad, b => b.Op->Handler = &PushAll<uint>);
        table.Bind(Mnemonic.Popa, b => b.Op->Handler = &PopAll<ushort>);
        table.Bind(Mnemonic.Popad, b => b.Op->Handler = &PopAll<uint>);
        table.Bind(Mnemonic.Enter, BindEnter);
        table.Bind(Mnemonic.Leave, BindLeave);
    }

    /// <summary>Pushes a value; false on a fault, with nothing changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush<T, TStack>(CpuState* s, Op* op, T value) where T : unmanaged where TStack : IStack
    {
        if (!Access.Write(s, op, TStack.Address(s, op, -sizeof(T), sizeof(T), write: true), value)) return false;
        TStack.Move(s, -sizeof(T));
        return true;
    }

    private static void BindPush(Binding b)
    {
        if (b.IsRegister(0) && !b.Instruction.Op0Register.IsGPR())
        {
            SegmentStack.BindPush(b);
            return;
        }

        // Of an immediate the size is the stack operation's, not the encoding's.
        int size = Math.Abs(b.Instruction.StackPointerIncrement);
        switch (size)
        {
            case 2: BindPush<ushort>(b); break;
            case 4: BindPush<uint>(b); break;
            default: BindPush<ulong>(b); break;
        }
    }

    private static void BindPush<T>(Binding b) where T : unmanaged, IBinaryInteger<T>
    {
        if (b.IsMemory(0)) b.Op->Handler = Forms.ByAddress<PushMemoryForms, T>(b.Form);
        else if (b.IsRegister(0)) b.Op->Handler = BindPush<T, PushedRegister>(b);
        else b.Op->Handler = BindPush<T, PushedImmediate>(b);
    }

    private static delegate*<CpuState*, Op*, void> BindPush<T, TWriter>(Binding b)
        where T : unmanaged, IBinaryInteger<T> where TWriter : struct, IWriter =>
        Flow.Stacked(b, &Push<T, Stack64, TWriter>, &Push<T, StackFlat32, TWriter>, &Push<T, StackSegmented, TWriter>);

    private static void BindPop(Binding b)
    {
        if (b.IsRegister(0) && !b.Instruction.Op0Register.IsGPR())
        {
            SegmentStack.BindPop(b);
            return;
        }

        switch (b.Size)
        {
            case 2: BindPop<ushort>(b); break;
            case 4: BindPop<uint>(b); break;
            default: BindPop<ulong>(b); break;
        }
    }

    private static void BindPop<T>(Binding b) where T : unmanaged, IBinaryInteger<T> => b.Op->Handler = b.IsMemory(0)
        ? Forms.ByAddress<PopMemoryForms, T>(b.Form)
        : Flow.Stacked(b, &PopRegister<T, Stack64>, &PopRegister<T, StackFlat32>, &PopRegister<T, StackSegmented>);

    private static void BindEnter(Binding b)
    {
        b.Op->Third = (ushort)(b.Instruction.GetImmediate(1) & 31);
        b.Op->Immediate = b.Instruction.GetImmediate(0);
        b.Op->Handler = b.Instruction.Code switch
        {
            Code.Enterw_imm16_imm8 => &Enter<ushort>,
            Code.Enterd_imm16_imm8 => &Enter<uint>,
            _ => &Enter<ulong>,
        };
    }

    private static void BindLeave(Binding b) => b.Op->Handler = b.Instruction.Code switch
    {
        Code.Leavew => Flow.Stacked(b, &Leave<ushort, Stack64>, &Leave<ushort, StackFlat32>, &Leave<ushort, StackSegmented>),
        Code.Leaved => Flow.Stacked(b, &Leave<uint, Stack64>, &Leave<uint, StackFlat32>, &Leave<uint, StackSegmented>),
        _ => &Leave<ulong, Stack64>,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Push<T, TStack, TWriter>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TStack : IStack where TWriter : struct, IWriter
    {
        ulong address = TStack.Address(s, op, -sizeof(T), sizeof(T), write: true);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Writes<T>(entry, address))
        {
            SlowPath.Take(s, op, &PushSlowly<T, TStack, TWriter>);
            return;
        }

        *(T*)entry->At(address) = TWriter.Value<T>(s, op);
        TStack.Move(s, -sizeof(T));
        (op + 1)->Handler(s, op + 1);
    }

    private static bool PushSlowly<T, TStack, TWriter>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TStack : IStack where TWriter : struct, IWriter =>
        TryPush<T, TStack>(s, op, TWriter.Value<T>(s, op));

    private readonly struct PushedRegister : IWriter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> => Registers.Read<T>(s, op->Destination);
    }

    private readonly struct PushedImmediate : IWriter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> => *(T*)&op->Immediate;
    }

    private readonly struct PushMemoryForms : IMemoryForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Push<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Push<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
            if (place == null) return;
            if (!TryPushHere(s, op, *place))
            {
                Faults.BlameStack(s);
                return;
            }

            (op + 1)->Handler(s, op + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PopRegister<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong address = TStack.Address(s, op, 0, sizeof(T), write: false);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Reads<T>(entry, address))
        {
            SlowPath.Take(s, op, &PopRegisterSlowly<T, TStack>);
            return;
        }

        T value = *(T*)entry->At(address);
        TStack.Move(s, sizeof(T)); // Before the write: POP rSP keeps what it popped.
        Registers.Write(s, op->Destination, value);
        (op + 1)->Handler(s, op + 1);
    }

    private static bool PopRegisterSlowly<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        T* place = Access.Read<T>(s, op, TStack.Address(s, op, 0, sizeof(T), write: false));
        if (place == null) return false;
        T value = *place;
        TStack.Move(s, sizeof(T));
        Registers.Write(s, op->Destination, value);
        return true;
    }

    private readonly struct PopMemoryForms : IMemoryForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Pop<T, TAddress>;

        /// <summary>An address that names rSP is formed after the stack pointer has moved.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Pop<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, AddressHere(s, op, 0, sizeof(T), write: false));
            if (place == null)
            {
                Faults.BlameStack(s);
                return;
            }

            T value = *place;
            ulong stackPointer = s->Registers[4];
            MoveHere(s, sizeof(T));
            if (!Access.Write(s, op, TAddress.Of(s, op, sizeof(T), write: true), value))
            {
                s->Registers[4] = stackPointer;
                return;
            }

            (op + 1)->Handler(s, op + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Leave<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong stackPointer = s->Registers[4];
        // The whole of rBP goes where the stack's width says.
        TStack.Move(s, (long)(s->Registers[5] - stackPointer));
        T* place = Access.Read<T>(s, op, TStack.Address(s, op, 0, sizeof(T), write: false));
        if (place == null)
        {
            s->Registers[4] = stackPointer;
            return;
        }

        TStack.Move(s, sizeof(T));
        Registers.Write(s, 40, *place);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PushAll<T>(CpuState* s, Op* op) where T : unmanaged
    {
        for (int i = 0; i < 8; i++)
        {
            // Nothing moves until the last push is done, so a fault leaves the registers as they were.
            ulong address = AddressHere(s, op, -(i + 1) * sizeof(T), sizeof(T), write: true);
            if (!Access.Write(s, op, address, Registers.Read<T>(s, (ushort)(8 * i)))) return;
        }

        MoveHere(s, -8 * sizeof(T));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PopAll<T>(CpuState* s, Op* op) where T : unmanaged
    {
        for (int i = 0; i < 8; i++)
        {
            T* place = Access.Read<T>(s, op, AddressHere(s, op, i * sizeof(T), sizeof(T), write: false));
            if (place == null) return;
        }

        for (int i = 0; i < 8; i++)
        {
            T* place = Access.Read<T>(s, op, AddressHere(s, op, i * sizeof(T), sizeof(T), write: false));
            if (place != null && i != 3) Registers.Write(s, (ushort)(8 * (7 - i)), *place); // The saved SP is skipped.
        }

        MoveHere(s, 8 * sizeof(T));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enter<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
    {
        if (!EnterFrame<T>(s, op)) return;
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>SDM volume 2, ENTER: the old frame pointers of outer levels are copied, then the frame is made.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool EnterFrame<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
    {
        int level = op->Third;
        long top = -sizeof(T);
        if (!Access.Write(s, op, AddressHere(s, op, top, sizeof(T), write: true), Registers.Read<T>(s, 40))) return false;
        ulong frame = StackPointer(s, top);
        for (int i = 1; i < level; i++)
        {
            long distance = (long)(s->Registers[5] - s->Registers[4]) - i * sizeof(T);
            T* place = Access.Read<T>(s, op, AddressHere(s, op, distance, sizeof(T), write: false));
            if (place == null) return false;
            T value = *place;
            top -= sizeof(T);
            if (!Access.Write(s, op, AddressHere(s, op, top, sizeof(T), write: true), value)) return false;
        }

        if (level > 0)
        {
            top -= sizeof(T);
            if (!Access.Write(s, op, AddressHere(s, op, top, sizeof(T), write: true), Number.Truncate<T>(frame))) return false;
        }

        // The last word of the new frame must be writable and aligned: the manual probes it with a write.
        top -= (ushort)op->Immediate;
        if (Access.Modify<T>(s, op, AddressHere(s, op, top, sizeof(T), write: true)) == null) return false;
        Registers.Write(s, 40, Number.Truncate<T>(frame));
        MoveHere(s, top);
        return true;
    }

    private static ulong StackPointer(CpuState* s, long distance)
    {
        ulong pointer = s->Registers[4] + (ulong)distance;
        if ((s->Mode & CpuMode.Code64) != 0) return pointer;
        return (s->Mode & CpuMode.Stack32) != 0 ? (uint)pointer : (ushort)pointer | (s->Registers[4] & 0xFFFF_0000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryPushHere<T>(CpuState* s, Op* op, T value) where T : unmanaged =>
        (s->Mode & CpuMode.Code64) != 0 ? TryPush<T, Stack64>(s, op, value) : TryPush<T, StackSegmented>(s, op, value);

    /// <summary>For the rare instructions, which ask for the stack's kind when they run.</summary>
    private static ulong AddressHere(CpuState* s, Op* op, long distance, int size, bool write) =>
        (s->Mode & CpuMode.Code64) != 0
            ? Stack64.Address(s, op, distance, size, write) : StackSegmented.Address(s, op, distance, size, write);

    private static void MoveHere(CpuState* s, long distance)
    {
        if ((s->Mode & CpuMode.Code64) != 0) Stack64.Move(s, distance);
        else StackSegmented.Move(s, distance);
    }
}
