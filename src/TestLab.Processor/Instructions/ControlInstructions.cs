using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>CLTS, LMSW, SMSW, HLT, INVLPG, INVD, WBINVD, RDMSR, WRMSR, SWAPGS, RDFSBASE and its kin.</summary>
internal static unsafe class ControlInstructions
{
    private const ulong MachineStatus = ControlRegisters.ProtectionEnable | ControlRegisters.MonitorCoprocessor
        | ControlRegisters.Emulation | ControlRegisters.TaskSwitched;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Clts, b => SystemForms.BindPrivileged(b, &ClearTaskSwitched));
        table.Bind(Mnemonic.Lmsw, b => SystemForms.BindPrivileged(b, &LoadMachineStatus));
        table.Bind(Mnemonic.Smsw, BindStoreMachineStatus);
        table.Bind(Mnemonic.Hlt, b => SystemForms.BindPrivileged(b, &Halt));
        table.Bind(Mnemonic.Invlpg, b => SystemForms.BindPrivileged(b, &InvalidatePage));
        table.Bind(Mnemonic.Invd, b => SystemForms.BindPrivileged(b, &Flow.Leave));
        table.Bind(Mnemonic.Wbinvd, b => SystemForms.BindPrivileged(b, &Flow.Leave));
        table.Bind(Mnemonic.Wbnoinvd, b => SystemForms.BindPrivileged(b, &Flow.Leave));
        table.Bind(Mnemonic.Rdmsr, b => SystemForms.BindPrivileged(b, &ReadModelRegister));
        table.Bind(Mnemonic.Wrmsr, b => SystemForms.BindPrivileged(b, &WriteModelRegister));
        table.Bind(Mnemonic.Swapgs, BindSwap);
        BindBase(table, Mnemonic.Rdfsbase, SegmentIndex.Fs, write: false);
        BindBase(table, Mnemonic.Rdgsbase, SegmentIndex.Gs, write: false);
        BindBase(table, Mnemonic.Wrfsbase, SegmentIndex.Fs, write: true);
        BindBase(table, Mnemonic.Wrgsbase, SegmentIndex.Gs, write: true);
    }

    private static void BindStoreMachineStatus(Binding b)
    {
        b.Op->Third = (ushort)b.Size;
        SystemForms.Bind(b, &StoreMachineStatus);
    }

    private static void BindSwap(Binding b)
    {
        if (!b.Is64) return;
        if ((b.Mode & CpuMode.User) != 0) SystemForms.BindPrivileged(b, &Flow.Leave);
        else b.Op->Handler = &SwapBase;
    }

    private static void BindBase(InstructionTable table, Mnemonic mnemonic, SegmentIndex index, bool write) => table.Bind(mnemonic, b =>
    {
        b.Op->Third = CpuLayout.SegmentOffset(index);
        b.Op->Immediate = (ulong)b.Size;
        SystemForms.Bind(b, write ? &WriteBase : &ReadBase);
    });

    private static void ClearTaskSwitched(CpuState* s, Op* op)
    {
        if ((s->Cr0 & ControlRegisters.TaskSwitched) != 0)
        {
            s->Cr0 &= ~ControlRegisters.TaskSwitched;
            Cpu.Of(s).StateChanged();
        }

        Flow.Leave(s, op);
    }

    /// <summary>LMSW cannot clear PE.</summary>
    private static void LoadMachineStatus(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Destination, out ushort value)) return;
        ulong kept = s->Cr0 & ~(MachineStatus & ~ControlRegisters.ProtectionEnable);
        SystemForms.Finish(s, op, Cpu.Of(s).Control.TryWrite0(kept | (value & MachineStatus)));
    }

    private static void StoreMachineStatus(CpuState* s, Op* op)
    {
        if (SystemForms.TryWriteWord(s, op, s->Cr0, op->Third)) Flow.Leave(s, op);
    }

    private static void Halt(CpuState* s, Op* op)
    {
        s->Halted = true;
        Flow.Leave(s, op);
    }

    private static void InvalidatePage(CpuState* s, Op* op)
    {
        ulong offset = Flat64.Of(s, op, 1, write: false);
        offset = op->AddressBits switch { 16 => (ushort)offset, 32 => (uint)offset, _ => offset };
        ulong segment = ((SegmentRegister*)((byte*)s + op->Segment))->Base;
        bool is64 = (s->Mode & CpuMode.Code64) != 0;
        bool based = !is64 || op->Segment >= CpuLayout.SegmentOffset(SegmentIndex.Fs);
        ulong address = based ? segment + offset : offset;
        Cpu.Of(s).Mmu.FlushPage(is64 ? address : (uint)address);
        Flow.Leave(s, op);
    }

    private static void ReadModelRegister(CpuState* s, Op* op)
    {
        if (!Cpu.Of(s).ModelRegisters.TryRead((uint)s->Rcx, out ulong value))
        {
            Faults.Raise(s, op, Vectors.GeneralProtection, 0);
            return;
        }

        s->Rax = (uint)value;
        s->Rdx = value >> 32;
        Flow.Leave(s, op);
    }

    private static void WriteModelRegister(CpuState* s, Op* op)
    {
        bool done = Cpu.Of(s).ModelRegisters.TryWrite((uint)s->Rcx, (uint)s->Rax | (s->Rdx << 32));
        if (done) Flow.Leave(s, op);
        else Faults.Raise(s, op, Vectors.GeneralProtection, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SwapBase(CpuState* s, Op* op)
    {
        ulong kernel = s->KernelGsBase;
        s->KernelGsBase = s->Segments[(int)SegmentIndex.Gs].Base;
        s->Segments[(int)SegmentIndex.Gs].Base = kernel;
        (op + 1)->Handler(s, op + 1);
    }

    private static void ReadBase(CpuState* s, Op* op)
    {
        if (!HasBaseInstructions(s, op)) return;
        SystemForms.WriteRegister(s, op->Destination, *(ulong*)((byte*)s + op->Third), (int)op->Immediate);
        Flow.Leave(s, op);
    }

    private static void WriteBase(CpuState* s, Op* op)
    {
        if (!HasBaseInstructions(s, op)) return;
        ulong value = op->Immediate == 4 ? Registers.Read<uint>(s, op->Destination) : Registers.Read<ulong>(s, op->Destination);
        if (!Canonical.Is(value))
        {
            Faults.Raise(s, op, Vectors.GeneralProtection, 0);
            return;
        }

        *(ulong*)((byte*)s + op->Third) = value;
        Flow.Leave(s, op);
    }

    private static bool HasBaseInstructions(CpuState* s, Op* op)
    {
        if ((s->Cr4 & ControlRegisters.FsGsBase) != 0) return true;
        Faults.Raise(s, op, Vectors.InvalidOpcode, 0);
        return false;
    }
}
