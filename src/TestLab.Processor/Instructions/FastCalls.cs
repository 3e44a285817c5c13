using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>SYSCALL, SYSRET, SYSENTER, SYSEXIT: flat segments without a look at the descriptor tables.</summary>
internal static unsafe class FastCalls
{
    private const ulong SysretFlags = 0x3C_7FD7;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Syscall, b => SystemForms.Bind(b, &Call));
        table.Bind(Mnemonic.Sysret, b => BindReturn(b, 4));
        table.Bind(Mnemonic.Sysretq, b => BindReturn(b, 8));
        table.Bind(Mnemonic.Sysenter, b => SystemForms.Bind(b, &Enter));
        table.Bind(Mnemonic.Sysexit, b => BindExit(b, 4));
        table.Bind(Mnemonic.Sysexitq, b => BindExit(b, 8));
    }

    private static void BindReturn(Binding b, ushort size)
    {
        b.Op->Third = size;
        SystemForms.Bind(b, &Return);
    }

    private static void BindExit(Binding b, ushort size)
    {
        b.Op->Third = size;
        SystemForms.BindPrivileged(b, &Exit);
    }

    private static void Call(CpuState* s, Op* op)
    {
        if (!HasSyscall(s, op)) return;
        ulong flags = Flags.ReadAll(s) & ~(ulong)SystemFlags.Resume;
        s->Rcx = Flow.NextRip(s, op);
        s->Registers[11] = flags;
        flags &= ~s->SyscallMask;
        Flags.Write(s, (uint)flags);
        s->SystemFlags = (SystemFlags)(uint)flags & SystemFlags.All;
        SetSegments(s, (ushort)(s->Star >> 32), (ushort)((s->Star >> 32) + 8), privilege: 0, is64: true);
        Leave(s, s->LongStar);
    }

    private static void Return(CpuState* s, Op* op)
    {
        if (!HasSyscall(s, op)) return;
        bool to64 = op->Third == 8;
        if (s->CurrentPrivilegeLevel != 0 || (to64 && !Canonical.Is(s->Rcx)))
        {
            SystemForms.Refuse(s, op);
            return;
        }

        ulong flags = s->Registers[11] & SysretFlags;
        Flags.Write(s, (uint)flags);
        s->SystemFlags = (SystemFlags)(uint)flags & SystemFlags.All;
        ushort selector = (ushort)(s->Star >> 48);
        SetSegments(s, (ushort)(selector + (to64 ? 16 : 0)), (ushort)(selector + 8), privilege: 3, to64);
        Leave(s, to64 ? s->Rcx : (uint)s->Rcx);
    }

    private static void Enter(CpuState* s, Op* op)
    {
        if ((s->Cr0 & ControlRegisters.ProtectionEnable) == 0 || (s->SysenterCs & 0xFFFC) == 0)
        {
            SystemForms.Refuse(s, op);
            return;
        }

        bool to64 = (s->Efer & ControlRegisters.LongModeActive) != 0;
        s->SystemFlags &= ~(SystemFlags.Virtual8086 | SystemFlags.Interrupt | SystemFlags.Resume);
        SetSegments(s, (ushort)s->SysenterCs, (ushort)(s->SysenterCs + 8), privilege: 0, to64);
        s->Rsp = to64 ? s->SysenterEsp : (uint)s->SysenterEsp;
        Leave(s, to64 ? s->SysenterEip : (uint)s->SysenterEip);
    }

    private static void Exit(CpuState* s, Op* op)
    {
        bool to64 = op->Third == 8;
        if ((s->Cr0 & ControlRegisters.ProtectionEnable) == 0 || (s->SysenterCs & 0xFFFC) == 0
            || (to64 && !(Canonical.Is(s->Rcx) && Canonical.Is(s->Rdx))))
        {
            SystemForms.Refuse(s, op);
            return;
        }

        int distance = to64 ? 32 : 16;
        SetSegments(s, (ushort)(s->SysenterCs + (ulong)distance), (ushort)(s->SysenterCs + (ulong)distance + 8), privilege: 3, to64);
        s->Rsp = to64 ? s->Rcx : (uint)s->Rcx;
        Leave(s, to64 ? s->Rdx : (uint)s->Rdx);
    }

    /// <summary>64-bit code only, as Intel's processors have it.</summary>
    private static bool HasSyscall(CpuState* s, Op* op)
    {
        if ((s->Mode & CpuMode.Code64) != 0 && (s->Efer & ControlRegisters.SyscallEnable) != 0) return true;
        Flow.InvalidOpcode(s, op);
        return false;
    }

    private static void SetSegments(CpuState* s, ushort code, ushort stack, int privilege, bool is64)
    {
        SegmentAttributes common = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Accessed
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Granular | (SegmentAttributes)(privilege << 5);
        s->Segments[(int)SegmentIndex.Cs] = new SegmentRegister
        {
            Selector = (ushort)((code & 0xFFFC) | privilege),
            Limit = uint.MaxValue,
            Attributes = common | SegmentAttributes.Code | (is64 ? SegmentAttributes.Long : SegmentAttributes.Big),
        };
        s->Segments[(int)SegmentIndex.Ss] = new SegmentRegister
        {
            Selector = (ushort)((stack & 0xFFFC) | privilege),
            Limit = uint.MaxValue,
            Attributes = common | SegmentAttributes.Big,
        };
        s->CurrentPrivilegeLevel = (byte)privilege;
    }

    private static void Leave(CpuState* s, ulong rip)
    {
        s->Rip = rip;
        Cpu.Of(s).StateChanged();
        s->Exit = ExitCause.StateChanged;
    }
}
