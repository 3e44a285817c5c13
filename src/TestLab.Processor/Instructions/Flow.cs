using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>JMP, Jcc, CALL, RET, LOOP, JCXZ, and how one block leads to the next.</summary>
/// <remarks>
/// A direct branch inside its page is linked to its target once that is decoded. Everything else asks the jump cache,
/// which forgets all when the mapping changes. A branch retires before its target is entered.
/// </remarks>
internal static unsafe class Flow
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Jmp, BindJump);
        table.Bind(Mnemonic.Call, BindCall);
        table.Bind(Mnemonic.Ret, BindReturn);
        table.Bind(Mnemonic.Loop, b => Bind16(b, &Loop<ushort, Always>, &Loop<uint, Always>, &Loop<ulong, Always>));
        table.Bind(Mnemonic.Loope, b => Bind16(b, &Loop<ushort, Conditions.Equal>, &Loop<uint, Conditions.Equal>, &Loop<ulong, Conditions.Equal>));
        table.Bind(Mnemonic.Loopne, b => Bind16(b, &Loop<ushort, Conditions.Not<Conditions.Equal>>,
            &Loop<uint, Conditions.Not<Conditions.Equal>>, &Loop<ulong, Conditions.Not<Conditions.Equal>>));
        table.Bind(Mnemonic.Jcxz, b => Finish(b, &JumpIfCounterZero<ushort>));
        table.Bind(Mnemonic.Jecxz, b => Finish(b, &JumpIfCounterZero<uint>));
        table.Bind(Mnemonic.Jrcxz, b => Finish(b, &JumpIfCounterZero<ulong>));
        BindCondition<Conditions.Overflow>(table, Mnemonic.Jo, Mnemonic.Jno);
        BindCondition<Conditions.Below>(table, Mnemonic.Jb, Mnemonic.Jae);
        BindCondition<Conditions.Equal>(table, Mnemonic.Je, Mnemonic.Jne);
        BindCondition<Conditions.BelowOrEqual>(table, Mnemonic.Jbe, Mnemonic.Ja);
        BindCondition<Conditions.Sign>(table, Mnemonic.Js, Mnemonic.Jns);
        BindCondition<Conditions.Parity>(table, Mnemonic.Jp, Mnemonic.Jnp);
        BindCondition<Conditions.Less>(table, Mnemonic.Jl, Mnemonic.Jge);
        BindCondition<Conditions.LessOrEqual>(table, Mnemonic.Jle, Mnemonic.Jg);
    }

    /// <summary>The first operation of a linked block, or the way out when there is no link, or no budget.</summary>
    /// <remarks>No calls here, nor in what follows: a call that is not the last act costs the handler a frame.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Op* Enter(CpuState* s, Op* from, Block* block)
    {
        if (block != null) return EnterBlock(s, block);
        s->LinkSource = from;
        return s->ExitOperation + 1;
    }

    /// <summary>The first operation at the instruction pointer, where the jump cache knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Op* EnterCached(CpuState* s, ulong rip)
    {
        JumpCacheEntry* entry = JumpCacheEntry.For(s, rip);
        return entry->Rip == rip && entry->Key == s->JumpKey ? EnterBlock(s, entry->Block) : s->ExitOperation;
    }

    /// <summary>Goes to a new instruction pointer; the handler's last call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Op* JumpTo(CpuState* s, ulong rip)
    {
        s->Rip = rip;
        return EnterCached(s, rip);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Op* EnterBlock(CpuState* s, Block* block)
    {
        long left = s->Budget - block->Count;
        if (left < 0)
        {
            s->Exit = ExitCause.BudgetSpent;
            return s->ExitOperation;
        }

        s->Budget = left;
        return block->First;
    }

    /// <summary>Ends the block after an instruction that changed what the dispatcher keeps.</summary>
    public static void Leave(CpuState* s, Op* op)
    {
        s->Rip = NextRip(s, op);
        s->Exit = ExitCause.StateChanged;
    }

    /// <summary>As <see cref="Leave"/>, for an operation that others may follow: what they were to cost is given back.</summary>
    public static void LeaveEarly(CpuState* s, Op* op)
    {
        s->Budget += op->Block->Count - op->Position - 1;
        Leave(s, op);
    }

    /// <summary>The instruction pointer after the operation, cut to the width of the code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NextRip(CpuState* s, Op* op) => (s->Rip + op->NextOffset) & RipMask(s);

    public static ulong RipMask(CpuState* s) => (s->Mode & CpuMode.Code64) != 0 ? ulong.MaxValue : uint.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FallThrough(CpuState* s, Op* op)
    {
        s->Rip = (s->Rip + op->NextOffset) & (ulong)op->Displacement;
        Op* next = Enter(s, op, op->OtherLink);
        next->Handler(s, next);
    }

    /// <summary>The handler of <see cref="CpuState.ExitOperation"/>.</summary>
    public static void Exit(CpuState* s, Op* op)
    {
    }

    /// <summary>The handler of the operation behind it: a direct branch found no link, but the jump cache may know its target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EnterUnlinked(CpuState* s, Op* op)
    {
        Op* next = EnterCached(s, s->Rip);
        if (next != s->ExitOperation) Links.TryAdd(s->LinkSource, next->Block); // No need to wait for the dispatcher to find it.
        next->Handler(s, next);
    }

    /// <summary>The handler of a block whose code has changed: it is looked up anew.</summary>
    public static void LeaveDeadBlock(CpuState* s, Op* op)
    {
    }

    public static void InvalidOpcode(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.InvalidOpcode, 0);

    public static void InstructionTooLong(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.GeneralProtection, 0);

    private static bool IsFlat(Binding b) => (b.Mode & CpuMode.Flat) != 0;

    private static void Finish(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        b.Op->Handler = handler;
        b.EndsBlock = true;
    }

    private static void BindCondition<T>(InstructionTable table, Mnemonic mnemonic, Mnemonic opposite) where T : ICondition
    {
        table.Bind(mnemonic, b => Finish(b, IsFlat(b) ? &JumpIf<T, FlatCode> : &JumpIf<T, LimitedCode>));
        table.Bind(opposite, b => Finish(b, IsFlat(b)
            ? &JumpIf<Conditions.Not<T>, FlatCode> : &JumpIf<Conditions.Not<T>, LimitedCode>));
    }

    /// <summary>LOOP counts in a register of the address size.</summary>
    private static void Bind16(Binding b, delegate*<CpuState*, Op*, void> by16, delegate*<CpuState*, Op*, void> by32,
        delegate*<CpuState*, Op*, void> by64)
    {
        string form = b.Instruction.Code.ToString();
        Finish(b, form.EndsWith("RCX", StringComparison.Ordinal) ? by64 : form.EndsWith("ECX", StringComparison.Ordinal) ? by32 : by16);
    }

    private static void BindJump(Binding b)
    {
        b.EndsBlock = true;
        switch (b.Instruction.Op0Kind)
        {
            case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64: b.Op->Handler = IsFlat(b) ? &Jump<FlatCode> : &Jump<LimitedCode>; break;
            case OpKind.Register or OpKind.Memory when b.Instruction.FlowControl == FlowControl.IndirectBranch && !IsFar(b):
                BindIndirect(b, call: false);
                break;
            default: FarTransfers.BindJump(b); break;
        }
    }

    private static void BindCall(Binding b)
    {
        b.EndsBlock = true;
        switch (b.Instruction.Op0Kind)
        {
            case OpKind.NearBranch16: b.Op->Handler = Stacked(b, &Call<ushort, Stack64>, &Call<ushort, StackFlat32>, &Call<ushort, StackSegmented>); break;
            case OpKind.NearBranch32: b.Op->Handler = Stacked(b, &Call<uint, Stack64>, &Call<uint, StackFlat32>, &Call<uint, StackSegmented>); break;
            case OpKind.NearBranch64: b.Op->Handler = &Call<ulong, Stack64>; break;
            case OpKind.Register or OpKind.Memory when !IsFar(b): BindIndirect(b, call: true); break;
            default: FarTransfers.BindCall(b); break;
        }
    }

    private static bool IsFar(Binding b) => b.Instruction.Code is
        Code.Jmp_m1616 or Code.Jmp_m1632 or Code.Jmp_m1664 or Code.Call_m1616 or Code.Call_m1632 or Code.Call_m1664;

    private static void BindIndirect(Binding b, bool call)
    {
        switch (b.Size)
        {
            case 2: BindIndirect<ushort>(b, call); break;
            case 4: BindIndirect<uint>(b, call); break;
            default: BindIndirect<ulong>(b, call); break;
        }
    }

    private static void BindIndirect<T>(Binding b, bool call) where T : unmanaged, IBinaryInteger<T>
    {
        if (b.IsRegister(0))
        {
            b.Op->Handler = !call ? &JumpRegister<T>
                : Stacked(b, &CallRegister<T, Stack64>, &CallRegister<T, StackFlat32>, &CallRegister<T, StackSegmented>);
            return;
        }

        switch (b.Form)
        {
            case AddressForm.Flat64: BindIndirect<T, Flat64>(b, call); break;
            case AddressForm.Based64: BindIndirect<T, Based64>(b, call); break;
            case AddressForm.Flat32: BindIndirect<T, Flat32>(b, call); break;
            default: BindIndirect<T, Segmented>(b, call); break;
        }
    }

    private static void BindIndirect<T, TAddress>(Binding b, bool call) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
        b.Op->Handler = !call ? &JumpMemory<T, TAddress>
            : Stacked(b, &CallMemory<T, TAddress, Stack64>, &CallMemory<T, TAddress, StackFlat32>, &CallMemory<T, TAddress, StackSegmented>);

    private static void BindReturn(Binding b)
    {
        b.EndsBlock = true;
        switch (b.Instruction.Code)
        {
            case Code.Retnw or Code.Retnw_imm16:
                b.Op->Handler = Stacked(b, &Return<ushort, Stack64>, &Return<ushort, StackFlat32>, &Return<ushort, StackSegmented>);
                break;
            case Code.Retnd or Code.Retnd_imm16:
                b.Op->Handler = Stacked(b, &Return<uint, Stack64>, &Return<uint, StackFlat32>, &Return<uint, StackSegmented>);
                break;
            default: b.Op->Handler = &Return<ulong, Stack64>; break;
        }
    }

    /// <summary>The handler for the stack of the code's mode.</summary>
    public static delegate*<CpuState*, Op*, void> Stacked(Binding b, delegate*<CpuState*, Op*, void> stack64,
        delegate*<CpuState*, Op*, void> flat32, delegate*<CpuState*, Op*, void> segmented) =>
        b.Is64 ? stack64 : (b.Mode & (CpuMode.Flat | CpuMode.Stack32)) == (CpuMode.Flat | CpuMode.Stack32) ? flat32 : segmented;

    /// <summary>The instruction behind a branch not taken: an operand size of 16 bits cuts the targets of taken ones only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SkippedTo(CpuState* s, Op* op) =>
        (s->Rip + op->NextOffset) & ((ulong)op->Displacement | 0xFFFF_0000);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Jump<TCode>(CpuState* s, Op* op) where TCode : ICode
    {
        ulong target = Target(s, op);
        if (!TCode.Reaches(s, target))
        {
            Refuse(s, op);
            return;
        }

        s->Rip = target;
        Op* next = Enter(s, op, op->Link);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void JumpIf<T, TCode>(CpuState* s, Op* op) where T : ICondition where TCode : ICode
    {
        Op* next;
        if (T.Test(s))
        {
            ulong target = Target(s, op);
            if (!TCode.Reaches(s, target))
            {
                Refuse(s, op);
                return;
            }

            s->Rip = target;
            next = Enter(s, op, op->Link);
        }
        else
        {
            s->Rip = SkippedTo(s, op);
            next = Enter(s, op, op->OtherLink);
        }

        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void JumpIfCounterZero<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
    {
        bool taken = *(T*)&s->Registers[1] == T.Zero;
        if (taken && !LimitedCode.Reaches(s, Target(s, op)))
        {
            Refuse(s, op);
            return;
        }

        s->Rip = taken ? Target(s, op) : SkippedTo(s, op);
        Op* next = Enter(s, op, taken ? op->Link : op->OtherLink);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T, TCondition>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TCondition : ICondition
    {
        T count = unchecked(*(T*)&s->Registers[1] - T.One);
        bool taken = count != T.Zero && TCondition.Test(s);
        if (taken && !LimitedCode.Reaches(s, Target(s, op)))
        {
            Refuse(s, op);
            return;
        }

        Registers.Write(s, 8, count);
        s->Rip = taken ? Target(s, op) : SkippedTo(s, op);
        Op* next = Enter(s, op, taken ? op->Link : op->OtherLink);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Call<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong target = Target(s, op);
        ulong address = TStack.Address(s, op, -sizeof(T), sizeof(T), write: true);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!LimitedCode.Reaches(s, target) || !Access.Writes<T>(entry, address))
        {
            SlowPath.TakeBranch(s, op, &CallSlowly<T, TStack>);
            return;
        }

        *(T*)entry->At(address) = Number.Truncate<T>(s->Rip + op->NextOffset);
        TStack.Move(s, -sizeof(T));
        s->Rip = target;
        Op* next = Enter(s, op, op->Link);
        next->Handler(s, next);
    }

    private static bool CallSlowly<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong target = Target(s, op);
        if (!LimitedCode.Reaches(s, target))
        {
            Refuse(s, op);
            return false;
        }

        if (!Stack.TryPush<T, TStack>(s, op, Number.Truncate<T>(s->Rip + op->NextOffset))) return false;
        s->Rip = target;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void JumpRegister<T>(CpuState* s, Op* op) where T : unmanaged
    {
        ulong target = Number.ZeroExtend(Registers.Read<T>(s, op->Destination));
        if (!Reaches<T>(s, target))
        {
            Refuse(s, op);
            return;
        }

        NoteReach(s, op, target);
        Op* next = JumpTo(s, target);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void JumpMemory<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        ulong target = Number.ZeroExtend(*place);
        if (!IsValidTarget<T>(s, op, target)) return;
        NoteReach(s, op, target);
        Op* next = JumpTo(s, target);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NoteReach(CpuState* s, Op* op, ulong target) =>
        op->StaysInPage = (s->Rip ^ target) < GuestMemory.PageSize;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CallRegister<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong target = Number.ZeroExtend(Registers.Read<T>(s, op->Destination));
        if (!IsValidTarget<T>(s, op, target)) return;
        if (!Stack.TryPush<T, TStack>(s, op, Number.Truncate<T>(s->Rip + op->NextOffset))) return;
        Op* next = JumpTo(s, target);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CallMemory<T, TAddress, TStack>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress where TStack : IStack
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        ulong target = Number.ZeroExtend(*place);
        if (!IsValidTarget<T>(s, op, target)) return;
        if (!Stack.TryPush<T, TStack>(s, op, Number.Truncate<T>(s->Rip + op->NextOffset)))
        {
            Faults.BlameStack(s);
            return;
        }

        Op* next = JumpTo(s, target);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Return<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        ulong address = TStack.Address(s, op, 0, sizeof(T), write: false);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Reads<T>(entry, address))
        {
            SlowPath.TakeJump(s, op, &ReturnSlowly<T, TStack>);
            return;
        }

        ulong target = Number.ZeroExtend(*(T*)entry->At(address));
        if (!Reaches<T>(s, target))
        {
            Refuse(s, op);
            return;
        }

        TStack.Move(s, sizeof(T) + (ushort)op->Immediate);
        Op* next = JumpTo(s, target);
        next->Handler(s, next);
    }

    private static bool ReturnSlowly<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        T* place = Access.Read<T>(s, op, TStack.Address(s, op, 0, sizeof(T), write: false));
        if (place == null) return false;
        ulong target = Number.ZeroExtend(*place);
        if (!IsValidTarget<T>(s, op, target)) return false;
        TStack.Move(s, sizeof(T) + (ushort)op->Immediate);
        s->Rip = target;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsValidTarget<T>(CpuState* s, Op* op, ulong target) where T : unmanaged
    {
        if (Reaches<T>(s, target)) return true;
        Refuse(s, op);
        return false;
    }

    /// <summary>Whether an indirect branch may lead there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Reaches<T>(CpuState* s, ulong target) where T : unmanaged =>
        sizeof(T) != 8 ? LimitedCode.Reaches(s, target) : Canonical.Is(target);

    /// <summary>A branch beyond the code segment faults before anything has happened.</summary>
    private static void Refuse(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.GeneralProtection, 0);

    /// <summary>Where a direct branch leads when it is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Target(CpuState* s, Op* op) => (s->Rip + op->Immediate) & (ulong)op->Displacement;

    /// <summary>Whether a direct branch is allowed to its target; handlers are compiled for each.</summary>
    private interface ICode
    {
        static abstract bool Reaches(CpuState* s, ulong target);
    }

    /// <summary>64-bit code (targets of direct branches are canonical in all but absurd places) and flat segments.</summary>
    private readonly struct FlatCode : ICode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Reaches(CpuState* s, ulong target) => true;
    }

    /// <summary>Code that may have a limit.</summary>
    private readonly struct LimitedCode : ICode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Reaches(CpuState* s, ulong target) =>
            (s->Mode & CpuMode.Flat) != 0 || target <= s->Segments[(int)SegmentIndex.Cs].Limit;
    }

    private readonly struct Always : ICondition
    {
        public static bool Test(CpuState* s) => true;
    }
}
