using TestLab.Processor.FloatingPoint;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Float;

/// <summary>
/// The register stack: TOP, empty registers, overflow and underflow (SDM volume 1, 8.1.2 and 8.5.1.1).
/// </summary>
public sealed class FloatStackTests
{
    private const int Invalid = 0x01;
    private const int StackFault = 0x40;
    private const int Pending = 0x8080;
    private const int C1 = 0x200;
    private const ushort InvalidUnmasked = 0x37E;

    [Test]
    public void APushGoesDownFromTheTopAndFillsARegister()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fld1(); c.fldz(); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(6 << 11));
            Assert.That(machine[0], Is.EqualTo(Float80.Zero));
            Assert.That(machine[1], Is.EqualTo(Float80.One));
            Assert.That(machine.IsEmpty(2), Is.True);
        });
    }

    [Test]
    public void TheNinthPushOverflowsIntoTheDefaultNaN()
    {
        using FloatMachine machine = new();
        machine.Run(c =>
        {
            c.fninit();
            for (int i = 0; i < 9; i++) c.fld1();
        });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(7 << 11 | StackFault | Invalid | C1));
            Assert.That(machine[0], Is.EqualTo(Float80.Indefinite));
            Assert.That(machine[1], Is.EqualTo(Float80.One));
        });
    }

    [Test]
    public void AnUnmaskedOverflowPushesNothing()
    {
        using FloatMachine machine = new();
        machine.SetControl(InvalidUnmasked);
        machine.Run(c =>
        {
            for (int i = 0; i < 9; i++) c.fld1();
        });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(Pending | StackFault | Invalid | C1));
            Assert.That(machine[0], Is.EqualTo(Float80.One));
        });
    }

    [Test]
    public void AnEmptyOperandIsTheDefaultNaNWithoutC1()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fld1(); c.fadd(st0, st3); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(7 << 11 | StackFault | Invalid));
            Assert.That(machine[0], Is.EqualTo(Float80.Indefinite));
            Assert.That(machine.IsEmpty(3), Is.True);
        });
    }

    [Test]
    public void APoppingInstructionThatUnderflowsStillPops()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fld1(); c.faddp(st1, st0); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(StackFault | Invalid));
            Assert.That(machine[0], Is.EqualTo(Float80.Indefinite));
            Assert.That(machine.IsEmpty(7), Is.True);
        });
    }

    [Test]
    public void FreeingAndMovingTheTopLeaveContentsAlone()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fld1(); c.ffree(st0); c.fincstp(); c.fdecstp(); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.IsEmpty(0), Is.True);
            Assert.That(machine[0], Is.EqualTo(Float80.One));
            Assert.That(machine.Status, Is.EqualTo(7 << 11));
        });
    }

    [Test]
    public void TheFunctionsWithTwoResultsPushTheSecond()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fldz(); c.fsincos(); c.fldz(); c.fptan(); });
        Assert.Multiple(() =>
        {
            Assert.That(machine[0], Is.EqualTo(Float80.One), "the one that FPTAN pushes");
            Assert.That(machine[1], Is.EqualTo(Float80.Zero), "the tangent");
            Assert.That(machine[2], Is.EqualTo(Float80.One), "the cosine");
            Assert.That(machine[3], Is.EqualTo(Float80.Zero), "the sine");
            Assert.That(machine.IsEmpty(4), Is.True);
        });
    }

    [Test]
    public void AnAngleOutOfRangeSetsC2AndChangesNothing()
    {
        using FloatMachine machine = new();
        machine.Machine.Memory.TryWriteUInt64(FloatMachine.Data, 0x4400_0000_0000_0000); // 2^65
        machine.Run(c => { c.fninit(); c.fld(__qword_ptr[FloatMachine.Data]); c.fsincos(); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(7 << 11 | 0x400));
            Assert.That(machine[0], Is.EqualTo(new Float80(1UL << 63, 16383 + 65)));
        });
    }

    [Test]
    public void TheFunctionsOfTwoOperandsReplaceTheSecondAndPop()
    {
        using FloatMachine machine = new();
        machine.Run(c => { c.fninit(); c.fld1(); c.fld1(); c.fyl2x(); c.fld1(); c.fpatan(); });
        Assert.Multiple(() =>
        {
            Assert.That(machine[0], Is.EqualTo(Float80.Zero), "atan(0 / 1), of log2(1) = 0");
            Assert.That(machine.IsEmpty(1), Is.True);
            Assert.That(machine.Status, Is.EqualTo(7 << 11));
        });
    }
}
