using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Simd;

/// <summary>
/// A handler that called the next one instead of jumping would overflow the small stack that these loops run on.
/// </summary>
public sealed unsafe class SimdTailThreadingTests
{
    private const ulong CodeAddress = 0x1000;
    private const ulong ImageAddress = 0x20000;
    private const int StackBytes = 256 << 10;
    private const ulong Iterations = 20_000; // Each call would take 16 bytes of stack at least.

    [TestCase(64, new byte[0])]
    [TestCase(64, new byte[] { 0x65 })] // GS: a base.
    [TestCase(64, new byte[] { 0x67 })] // 32-bit addresses.
    [TestCase(32, new byte[0])]
    public void NoFormGrowsTheStack(int bitness, byte[] prefix) => OnSmallStack(() =>
    {
        using var machine = new BareMachine();
        if (bitness == 64) machine.EnterLong(CodeAddress);
        else machine.EnterProtected(CodeAddress);
        int count = 0;
        foreach (SimdVariant variant in SimdVariant.All(bitness, 0x4A))
        {
            if (prefix.Length != 0 && !variant.HasMemory) continue;
            Loop(machine, [.. prefix, .. variant.Encode(bitness)], Iterations, variant.Name);
            count++;
        }

        Assert.That(count, Is.GreaterThan(150));
    });

    [Test]
    public void ALoopOfAMillionRunsInConstantStack() => OnSmallStack(() =>
    {
        using var machine = new BareMachine();
        machine.EnterLong(CodeAddress);
        Loop(machine, [0x66, 0x0F, 0xFE, 0xC1], 1_000_000, "paddd xmm0, xmm1");
        Loop(machine, [0xF2, 0x0F, 0x58, 0xC1], 1_000_000, "addsd xmm0, xmm1");
        Loop(machine, [0x66, 0x0F, 0x38, 0x00, 0x87, 0, 4, 0, 0], 1_000_000, "pshufb xmm0, [rdi+400h]");
    });

    private static void Loop(BareMachine machine, byte[] instruction, ulong iterations, string name)
    {
        // The instruction; sub ebx, 1; jnz back; jmp $
        byte back = (byte)-(instruction.Length + 5);
        machine.Load(CodeAddress, [.. instruction, 0x83, 0xEB, 0x01, 0x75, back, 0xEB, 0xFE]);
        CpuState* s = machine.Cpu.State;
        s->Rip = CodeAddress;
        s->Rbx = iterations;
        s->Rdi = ImageAddress;
        s->Mxcsr = 0x1F80;
        ulong limit = machine.Cpu.Clock + 3 * iterations + 1;
        Assert.That(machine.Cpu.RunUntil(limit), Is.EqualTo(CpuExit.LimitReached), name);
        Assert.That(s->Rbx, Is.Zero, name);
    }

    private static void OnSmallStack(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = exception;
            }
        }, StackBytes);
        thread.Start();
        thread.Join();
        Assert.That(failure, Is.Null);
    }
}
