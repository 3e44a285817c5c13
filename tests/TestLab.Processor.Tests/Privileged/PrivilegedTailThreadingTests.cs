using Iced.Intel;
using TestLab.Processor.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Instructions of the system that do not end their block, a million times: a handler that called would overflow the stack.</summary>
public sealed unsafe class PrivilegedTailThreadingTests
{
    private const ulong Iterations = 1_500_000;

    [Test]
    public void FlagsAndTimeIn64BitCode()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.State->Registers[8] = Iterations;
        Run(machine, 64, a =>
        {
            a.cli();
            a.sti();
            a.pushfq();
            a.popfq();
            a.swapgs();
            a.rdtsc();
            a.rdtscp();
            a.dec(r8d);
        });
    }

    [Test]
    public void FlagsAndTimeInFlat32BitCode()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.State->Rbx = Iterations;
        Run(machine, 32, FlagsAndTime);
    }

    [Test]
    public void FlagsAndTimeInSegmentedCode()
    {
        using SystemMachine machine = SystemMachine.Real();
        machine.State->Rbx = Iterations;
        Run(machine, 16, FlagsAndTime);
    }

    private static void FlagsAndTime(Assembler a)
    {
        a.cli();
        a.sti();
        a.pushf();
        a.popf();
        a.pushfd();
        a.popfd();
        a.rdtsc();
        a.dec(ebx);
    }

    private static void Run(SystemMachine machine, int bits, Action<Assembler> body)
    {
        machine.Assemble(SystemMachine.Start, a =>
        {
            Label loop = a.CreateLabel();
            a.Label(ref loop);
            body(a);
            a.jne(loop);
            a.cli();
        }, bits);
        CpuExit exit = machine.Cpu.RunUntil(20 * Iterations);
        Assert.That((exit, machine.State->Rip), Is.EqualTo((CpuExit.Halted, SystemMachine.Handlers + 16 * SystemMachine.End + 1)));
        Assert.That(machine.Cpu.Clock, Is.GreaterThan(8 * Iterations));
    }
}
