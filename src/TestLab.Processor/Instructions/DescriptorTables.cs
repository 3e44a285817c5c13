using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT, STR, LAR, LSL, VERR, VERW, ARPL.</summary>
internal static unsafe class DescriptorTables
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Lgdt, b => BindTable(b, &LoadGlobal));
        table.Bind(Mnemonic.Lidt, b => BindTable(b, &LoadInterrupt));
        table.Bind(Mnemonic.Sgdt, b => BindStore(b, &StoreGlobal));
        table.Bind(Mnemonic.Sidt, b => BindStore(b, &StoreInterrupt));
        table.Bind(Mnemonic.Lldt, b => SystemForms.BindPrivilegedProtected(b, &LoadLocal));
        table.Bind(Mnemonic.Ltr, b => SystemForms.BindPrivilegedProtected(b, &LoadTask));
        table.Bind(Mnemonic.Sldt, b => BindSelector(b, SegmentIndex.LocalDescriptorTable));
        table.Bind(Mnemonic.Str, b => BindSelector(b, SegmentIndex.Task));
        table.Bind(Mnemonic.Verr, b => SystemForms.BindProtected(b, &VerifyRead));
        table.Bind(Mnemonic.Verw, b => SystemForms.BindProtected(b, &VerifyWrite));
        table.Bind(Mnemonic.Arpl, b => SystemForms.BindProtected(b, &AdjustPrivilege));
        table.Bind(Mnemonic.Lar, b => BindLoad(b, &LoadRights));
        table.Bind(Mnemonic.Lsl, b => BindLoad(b, &LoadLimit));
    }

    private static void BindTable(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        b.Op->Third = b.Instruction.Code is Code.Lgdt_m1632_16 or Code.Lidt_m1632_16 ? (ushort)3 : b.Is64 ? (ushort)8 : (ushort)4;
        SystemForms.BindPrivileged(b, handler);
    }

    private static void BindStore(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        b.Op->Third = b.Is64 ? (ushort)8 : (ushort)4;
        SystemForms.Bind(b, handler);
    }

    private static void BindSelector(Binding b, SegmentIndex index)
    {
        b.Op->Third = (ushort)b.Size;
        b.Op->Source = CpuLayout.SegmentOffset(index);
        SystemForms.BindProtected(b, &StoreSelector);
    }

    private static void BindLoad(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        b.Op->Third = (ushort)b.SizeOf(0);
        SystemForms.BindProtected(b, handler);
    }

    private static void LoadGlobal(CpuState* s, Op* op)
    {
        if (!TryReadTable(s, op, out DescriptorTable table)) return;
        s->Gdtr = table;
        Flow.Leave(s, op);
    }

    private static void LoadInterrupt(CpuState* s, Op* op)
    {
        if (!TryReadTable(s, op, out DescriptorTable table)) return;
        s->Idtr = table;
        Flow.Leave(s, op);
    }

    private static void StoreGlobal(CpuState* s, Op* op) => StoreTable(s, op, s->Gdtr);

    private static void StoreInterrupt(CpuState* s, Op* op) => StoreTable(s, op, s->Idtr);

    private static bool TryReadTable(CpuState* s, Op* op, out DescriptorTable table)
    {
        table = default;
        int size = op->Third == 8 ? 10 : 6;
        byte* bytes = stackalloc byte[16];
        if (!Access.ReadBytes(s, op, SystemForms.Address(s, op, size, write: false), bytes, size)) return false;
        table.Limit = *(ushort*)bytes;
        table.Base = op->Third switch { 8 => *(ulong*)(bytes + 2), 4 => *(uint*)(bytes + 2), _ => *(uint*)(bytes + 2) & 0xFF_FFFF };
        if (Canonical.Is(table.Base)) return true;
        Faults.Raise(s, op, Vectors.GeneralProtection, 0);
        return false;
    }

    private static void StoreTable(CpuState* s, Op* op, DescriptorTable table)
    {
        int size = 2 + op->Third;
        byte* bytes = stackalloc byte[16];
        *(ushort*)bytes = table.Limit;
        *(ulong*)(bytes + 2) = table.Base;
        if (Access.WriteBytes(s, op, SystemForms.Address(s, op, size, write: true), bytes, size)) Flow.Leave(s, op);
    }

    private static void LoadLocal(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Destination, out ushort selector)) return;
        SystemForms.Finish(s, op, Cpu.Of(s).Tasks.TryLoadLocalTable(selector));
    }

    private static void LoadTask(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Destination, out ushort selector)) return;
        SystemForms.Finish(s, op, Cpu.Of(s).Tasks.TryLoadTask(selector));
    }

    private static void StoreSelector(CpuState* s, Op* op)
    {
        ushort selector = ((SegmentRegister*)((byte*)s + op->Source))->Selector;
        if (SystemForms.TryWriteWord(s, op, selector, op->Third)) Flow.Leave(s, op);
    }

    private static void VerifyRead(CpuState* s, Op* op) => Verify(s, op, write: false);

    private static void VerifyWrite(CpuState* s, Op* op) => Verify(s, op, write: true);

    private static void Verify(CpuState* s, Op* op, bool write)
    {
        if (!SystemForms.TryReadWord(s, op, op->Destination, out ushort selector)) return;
        Cpu cpu = Cpu.Of(s);
        if (!TryProbe(cpu, op, selector, out bool exists, out Descriptor descriptor)) return;
        bool allowed = exists && (write ? descriptor.IsWritableData : descriptor.IsReadable) && IsVisible(cpu, selector, descriptor);
        Flags.SetZero(s, allowed);
        Flow.Leave(s, op);
    }

    private static void LoadRights(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Source, out ushort selector)) return;
        Cpu cpu = Cpu.Of(s);
        if (!TryProbe(cpu, op, selector, out bool exists, out Descriptor descriptor)) return;
        bool valid = exists && IsVisible(cpu, selector, descriptor) && HasRights(cpu, descriptor);
        // Byte and word of the descriptor's upper half; the bits of the limit between them are undefined, and stay.
        if (valid) SystemForms.WriteRegister(s, op->Destination, (descriptor.Low >> 32) & 0x00FF_FF00, op->Third);
        Flags.SetZero(s, valid);
        Flow.Leave(s, op);
    }

    private static void LoadLimit(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Source, out ushort selector)) return;
        Cpu cpu = Cpu.Of(s);
        if (!TryProbe(cpu, op, selector, out bool exists, out Descriptor descriptor)) return;
        bool valid = exists && IsVisible(cpu, selector, descriptor) && HasLimit(cpu, descriptor);
        if (valid) SystemForms.WriteRegister(s, op->Destination, descriptor.Limit, op->Third);
        Flags.SetZero(s, valid);
        Flow.Leave(s, op);
    }

    /// <summary>Reads a descriptor if there is one; false only where the read faults.</summary>
    private static bool TryProbe(Cpu cpu, Op* op, ushort selector, out bool exists, out Descriptor descriptor)
    {
        descriptor = default;
        ulong address = 0;
        exists = !SegmentUnit.IsNull(selector) && cpu.Segments.TryLocate(selector, 8, out address);
        if (!exists) return true;
        if (!cpu.Mmu.TryReadSystem(address, out ulong low))
        {
            cpu.State->ExitingOperation = op;
            return false;
        }

        descriptor = new Descriptor(low);
        return true;
    }

    private static bool IsVisible(Cpu cpu, ushort selector, in Descriptor descriptor) => descriptor.IsConforming
        || descriptor.PrivilegeLevel >= Math.Max(cpu.Segments.Privilege, selector & 3);

    private static bool HasLimit(Cpu cpu, in Descriptor descriptor)
    {
        if (!descriptor.IsSystem) return true;
        SystemSegmentType type = descriptor.Type;
        if (cpu.Segments.IsLongMode && !type.IsWide() && type != SystemSegmentType.LocalDescriptorTable) return false;
        return type.IsAvailableTask() || type.IsBusyTask() || type == SystemSegmentType.LocalDescriptorTable;
    }

    private static bool HasRights(Cpu cpu, in Descriptor descriptor)
    {
        if (HasLimit(cpu, descriptor)) return true;
        bool isLong = cpu.Segments.IsLongMode;
        return descriptor.Type == SystemSegmentType.CallGate32
            || (!isLong && descriptor.Type is SystemSegmentType.CallGate16 or SystemSegmentType.TaskGate);
    }

    private static void AdjustPrivilege(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Destination, out ushort selector)) return;
        int wanted = Registers.Read<ushort>(s, op->Source) & 3;
        bool lower = (selector & 3) < wanted;
        if (lower && !SystemForms.TryWriteWord(s, op, (uint)(selector & ~3) | (uint)wanted, 2)) return;
        Flags.SetZero(s, lower);
        Flow.Leave(s, op);
    }
}
