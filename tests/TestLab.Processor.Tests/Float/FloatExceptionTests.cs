using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Float;

/// <summary>
/// When a pending exception, or CR0, keeps an x87 instruction from running (SDM volume 1, 8.7; volume 3, 2.5).
/// </summary>
public sealed unsafe class FloatExceptionTests
{
    private const ushort DivideByZeroUnmasked = 0x37B;
    private const int DivideByZero = 0x04;
    private const int Pending = 0x8080;

    [Test]
    public void AnUnmaskedExceptionIsRaisedAtTheNextWaitingInstruction()
    {
        using FloatMachine machine = new();
        machine.SetControl(DivideByZeroUnmasked);
        Assert.That(machine.Run(c => { c.fldz(); c.fld1(); c.fdiv(st0, st1); c.nop(); }), Is.EqualTo(-1));
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(6 << 11 | Pending | DivideByZero));
            Assert.That(machine[0], Is.EqualTo(Float80.One), "the operand is as it was");
            Assert.That(machine.Run(c => c.fchs()), Is.EqualTo(Vectors.FloatError));
            Assert.That(machine[0], Is.EqualTo(Float80.One), "FCHS has not run");
        });
    }

    [Test]
    public void WaitRaisesAPendingException()
    {
        using FloatMachine machine = new();
        machine.SetControl(DivideByZeroUnmasked);
        Assert.That(machine.Run(c => { c.fld1(); c.fldz(); c.fdivp(st1, st0); c.wait(); }),
            Is.EqualTo(Vectors.FloatError));
    }

    [Test]
    public void TheInstructionsThatDoNotWaitRunWithAnExceptionPending()
    {
        using FloatMachine machine = new();
        machine.SetControl(DivideByZeroUnmasked);
        int vector = machine.Run(c => { c.fldz(); c.fld1(); c.fdiv(st0, st1); c.fnstsw(ax); c.fnclex(); c.fchs(); });
        Assert.Multiple(() =>
        {
            Assert.That(vector, Is.EqualTo(-1));
            Assert.That((ushort)machine.State->Rax, Is.EqualTo(6 << 11 | Pending | DivideByZero));
            Assert.That(machine.Status, Is.EqualTo(6 << 11));
            Assert.That(machine[0], Is.EqualTo(Float80.One.Negate()));
        });
    }

    [Test]
    public void UnmaskingARaisedFlagMakesItPendingAndMaskingTakesItBack()
    {
        using FloatMachine machine = new();
        ulong unmasked = Control(machine, DivideByZeroUnmasked);
        machine.Run(c => { c.fninit(); c.fld1(); c.fldz(); c.fdivp(st1, st0); c.fldcw(__word_ptr[unmasked]); });
        Assert.That(machine.Status, Is.EqualTo(7 << 11 | Pending | DivideByZero));
        machine.Run(c => c.fnstenv(__[FloatMachine.Data]));
        Assert.Multiple(() =>
        {
            Assert.That(machine.State->FloatControl, Is.EqualTo(0x37F), "FNSTENV masks everything");
            Assert.That(machine.Status, Is.EqualTo(7 << 11 | DivideByZero));
        });
    }

    [Test]
    public void WithoutNumericErrorTheBoardIsToldAndTheInstructionRuns()
    {
        using FloatMachine machine = new();
        machine.State->Cr0 &= ~ControlRegisters.NumericError;
        machine.SetControl(DivideByZeroUnmasked);
        int reports = 0;
        ulong clock = 0;
        machine.Machine.Cpu.FloatErrorReported = () =>
        {
            reports++;
            clock = machine.Machine.Cpu.Clock;
        };
        int vector = machine.Run(c => { c.fldz(); c.fld1(); c.fdiv(st0, st1); c.nop(); c.fchs(); c.fnclex(); });
        Assert.Multiple(() =>
        {
            Assert.That(vector, Is.EqualTo(-1));
            Assert.That(reports, Is.EqualTo(1));
            Assert.That(clock, Is.EqualTo(4UL), "four instructions retired before");
            Assert.That(machine[0], Is.EqualTo(Float80.One.Negate()));
        });
    }

    [TestCase(ControlRegisters.TaskSwitched, true, false)]
    [TestCase(ControlRegisters.Emulation, true, false)]
    [TestCase(ControlRegisters.MonitorCoprocessor, false, false)]
    [TestCase(ControlRegisters.MonitorCoprocessor | ControlRegisters.TaskSwitched, true, true)]
    [TestCase(ControlRegisters.MonitorCoprocessor | ControlRegisters.Emulation, true, false)]
    public void ControlRegisterZeroMakesTheDeviceNotAvailable(ulong bits, bool instructionsTrap, bool waitTraps)
    {
        using FloatMachine machine = new();
        machine.State->Cr0 |= bits;
        machine.Machine.Cpu.StateChanged();
        Assert.That(machine.Run(c => c.wait()), Is.EqualTo(waitTraps ? Vectors.DeviceNotAvailable : -1));
        using FloatMachine other = new();
        other.State->Cr0 |= bits;
        other.Machine.Cpu.StateChanged();
        Assert.That(other.Run(c => c.fninit()), Is.EqualTo(instructionsTrap ? Vectors.DeviceNotAvailable : -1));
    }

    private static ulong Control(FloatMachine machine, ushort value)
    {
        const ulong place = FloatMachine.Data + 0x100;
        machine.Machine.Memory.TryWriteUInt64(place, value);
        return place;
    }
}
