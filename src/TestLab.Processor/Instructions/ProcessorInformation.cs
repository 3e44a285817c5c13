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
        table.Bind(Mnemonic.Rdtsc, b => SystemForms.Bind(b, &ReadTime));
        table.Bind(Mnemonic.Rdtscp, b => SystemForms.Bind(b, &ReadTimeAndProcessor));
        table.Bind(Mnemonic.Rdpmc, b => SystemForms.Bind(b, &SystemForms.Refuse)); // There are no counters.
        table.Bind(Mnemonic.Rdrand, BindRandom);
        table.Bind(Mnemonic.Rdseed, BindRandom);
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

    private static void ReadTime(CpuState* s, Op* op)
    {
        if (!MayReadTime(s, op)) return;
        WriteTime(s);
        Flow.Leave(s, op);
    }

    private static void ReadTimeAndProcessor(CpuState* s, Op* op)
    {
        if (!MayReadTime(s, op)) return;
        WriteTime(s);
        s->Rcx = (uint)s->TscAuxiliary;
        Flow.Leave(s, op);
    }

    private static void WriteTime(CpuState* s)
    {
        ulong time = Cpu.Of(s).ModelRegisters.TimeStamp;
        s->Rax = (uint)time;
        s->Rdx = time >> 32;
    }

    private static bool MayReadTime(CpuState* s, Op* op)
    {
        if ((s->Cr4 & ControlRegisters.TimeStampDisable) == 0 || s->CurrentPrivilegeLevel == 0) return true;
        Faults.Raise(s, op, Vectors.GeneralProtection, 0);
        return false;
    }

    /// <summary>There is always a number: CF set, the other status flags clear.</summary>
    private static void ReadRandom(CpuState* s, Op* op)
    {
        SystemForms.WriteRegister(s, op->Destination, Cpu.Of(s).Bus.NextRandom(), op->Third);
        Flags.Write(s, Flags.Carry);
        Flow.Leave(s, op);
    }
}
