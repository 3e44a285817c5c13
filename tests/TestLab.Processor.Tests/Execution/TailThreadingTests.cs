using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Execution;

/// <summary>Loops long enough that a handler which called instead of jumping would overflow the stack.</summary>
public sealed unsafe class TailThreadingTests
{
    [Test]
    public void ALoopOfTenMillionInstructionsRunsInConstantStack()
    {
        using var machine = new BareMachine();
        // 64-bit: L: add rax,[rbx+8]; add [rbx+8],rax; sub rcx,1; jnz L; jmp $
        machine.Load(0x1000, [0x48, 0x03, 0x43, 0x08, 0x48, 0x01, 0x43, 0x08, 0x48, 0x83, 0xE9, 0x01, 0x75, 0xF2, 0xEB, 0xFE]);
        machine.EnterLong(0x1000);
        machine.Cpu.State->Rbx = 0x20000;
        machine.Cpu.State->Rcx = 2_500_000;
        Assert.That(machine.Cpu.RunUntil(10_000_000), Is.EqualTo(CpuExit.LimitReached));
        Assert.Multiple(() =>
        {
            Assert.That(machine.Cpu.Clock, Is.EqualTo(10_000_000UL));
            Assert.That(machine.Cpu.State->Rcx, Is.Zero);
        });
    }
}
