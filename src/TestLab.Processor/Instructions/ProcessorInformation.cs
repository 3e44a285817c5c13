using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>CPUID, RDTSC, RDTSCP, RDPMC, RDRAND, RDSEED.</summary>
internal static unsafe class ProcessorInformation
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Cpuid, b => SystemForms.Bind(b, &Identify));
        table.Bind(Mnemonic.Rdtsc, b => BindTime(b, &ReadTime));
        table.Bind(Mnemonic.Rdtscp, b => BindTime(b, &ReadTimeAndProcessor));
        table.Bind(Mnemonic.Rdpmc, b => SystemForms.Bind(b, &SystemForms.Refuse)); // There are no counters.
        table.Bind(Mnemonic.Rdrand, BindRandom);
        table.Bind(Mnemonic.Rdseed, BindRandom);
    }

    /// <summary>The clock is exact at the end of a block only, but delay loops live on this, so the next block follows at once.</summary>
    private static void BindTime(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        SystemForms.Bind(b, handler);
        b.Op->Displacement = b.Is64 ? -1 : uint.MaxValue;
    }

    private static void BindRandom(Binding b)
    {
        b.Op->Third = (ushort)b.Size;
        SystemForms.Bind(b, &ReadRandom);
    }

    private static void Identify(CpuState* s, Op* op)
    {
        CpuidResult result = Cpu.Of(s).Model.Query((uint)s->Rax, (uint)s->Rcx, (s->Mode & CpuMode.Code64) != 0);
        s->Rax = result.Eax;
        s->Rbx = result.Ebx;
        s->Rcx = result.Ecx;
        s->Rdx = result.Edx;
        Flow.Leave(s, op);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadTime(CpuState* s, Op* op)
    {
        if (!TryReadTime(s, op)) return;
        s->Rip = (s->Rip + op->NextOffset) & (ulong)op->Displacement;
        Op* next = Flow.Enter(s, op, op->OtherLink);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadTimeAndProcessor(CpuState* s, Op* op)
    {
        if (!TryReadTime(s, op)) return;
        s->Rcx = (uint)s->TscAuxiliary;
        s->Rip = (s->Rip + op->NextOffset) & (ulong)op->Displacement;
        Op* next = Flow.Enter(s, op, op->OtherLink);
        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadTime(CpuState* s, Op* op)
    {
        if ((s->Cr4 & ControlRegisters.TimeStampDisable) != 0 && s->CurrentPrivilegeLevel != 0)
        {
            Faults.Raise(s, op, Vectors.GeneralProtection, 0);
            return false;
        }

        ulong time = Cpu.Of(s).ModelRegisters.TimeStamp;
        s->Rax = (uint)time;
        s->Rdx = time >> 32;
        return true;
    }

    /// <summary>There is always a number: CF set, the other status flags clear.</summary>
    private static void ReadRandom(CpuState* s, Op* op)
    {
        SystemForms.WriteRegister(s, op->Destination, Cpu.Of(s).Bus.NextRandom(), op->Third);
        Flags.Write(s, Flags.Carry);
        Flow.Leave(s, op);
    }
}
