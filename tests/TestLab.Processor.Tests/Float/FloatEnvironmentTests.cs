using System.Buffers.Binary;
using TestLab.Processor.FloatingPoint;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Float;

/// <summary>The images of FNSTENV and FNSAVE (SDM volume 1, figures 8-9 to 8-12).</summary>
public sealed unsafe class FloatEnvironmentTests
{
    [Test]
    public void TheLongProtectedImageShowsWordsTagsAndPointers()
    {
        using FloatMachine machine = new();
        machine.Run(c =>
        {
            c.fninit();
            c.fldz();
            c.fld1();
            c.fmul(__dword_ptr[rbx + 8]); // At 1006: D8 4B 08.
            c.fnstenv(__[0x30000]);
        });
        byte[] image = machine.Read(0x30000, 28);
        Assert.Multiple(() =>
        {
            Assert.That(Field(image, 0), Is.EqualTo(0xFFFF_037F));
            Assert.That(Field(image, 1), Is.EqualTo(0xFFFF_0000 | 6 << 11));
            Assert.That(Field(image, 2), Is.EqualTo(0xFFFF_5FFF), "zeros in 7 and 6, the rest empty");
            Assert.That(Field(image, 3), Is.EqualTo(0x1006));
            Assert.That(Field(image, 4), Is.EqualTo(0x04B_0000), "no selector; D8 4B without the five upper bits");
            Assert.That(Field(image, 5), Is.EqualTo(8));
            Assert.That(Field(image, 6), Is.EqualTo(0xFFFF_0000));
        });
    }

    [Test]
    public void TheShortRealModeImageShowsLinearPointers()
    {
        using FloatMachine machine = new(16);
        machine.State->Segments[3].Base = 0x12340;
        machine.Run(c =>
        {
            c.fninit();
            c.fld(__qword_ptr[bx + si + 6]); // At 1002: DD 40 06.
            c.fnstenv(__[0x2000]);
        });
        byte[] image = machine.Read(0x12340 + 0x2000, 14);
        Assert.Multiple(() =>
        {
            Assert.That(Word(image, 0), Is.EqualTo(0x37F));
            Assert.That(Word(image, 3), Is.EqualTo(0x1002));
            Assert.That(Word(image, 4), Is.EqualTo(0x540));
            Assert.That(Word(image, 5), Is.EqualTo(0x2346));
            Assert.That(Word(image, 6), Is.EqualTo(0x1000));
        });
    }

    [Test]
    public void ControlInstructionsLeaveThePointers()
    {
        using FloatMachine machine = new();
        machine.Run(c =>
        {
            c.fninit();
            c.fld1();
            c.fnstcw(__word_ptr[0x30000]);
            c.fldcw(__word_ptr[0x30000]);
            c.wait();
            c.fnclex();
        });
        Assert.Multiple(() =>
        {
            Assert.That(machine.State->FloatInstructionPointer, Is.EqualTo(FloatMachine.Code + 2));
            Assert.That(machine.State->FloatOpcode, Is.EqualTo(0x1E8));
            Assert.That(machine.State->FloatDataPointer, Is.Zero);
        });
    }

    [TestCase(64)]
    [TestCase(32)]
    [TestCase(16)]
    public void ASavedStateIsRestored(int bitness)
    {
        using FloatMachine machine = new(bitness);
        machine.Run(c => { c.fninit(); c.fldpi(); c.fld1(); c.fchs(); c.fdecstp(); c.fnsave(__[0x3000]); });
        Assert.That(machine.State->FloatEmpty, Is.EqualTo(0xFF), "FNSAVE initializes");
        machine.Run(c => { c.fld1(); c.frstor(__[0x3000]); });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Status, Is.EqualTo(5 << 11));
            Assert.That(machine.State->FloatEmpty, Is.EqualTo(0b0011_1111));
            Assert.That(machine[1], Is.EqualTo(Float80.One.Negate()));
            Assert.That(machine[2], Is.EqualTo(new Float80(0xC90F_DAA2_2168_C235, 0x4000)));
        });
    }

    [Test]
    public void RestoringTakesEmptinessFromTheTagsAndTheSummaryFromTheFlags()
    {
        using FloatMachine machine = new();
        byte[] image = new byte[28];
        BinaryPrimitives.WriteUInt16LittleEndian(image, 0x37E);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(4), 3 << 11 | 1);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(8), 0b11_10_01_00_11_10_01_00);
        machine.Machine.Load(0x30000, image);
        machine.Run(c => c.fldenv(__[0x30000]));
        Assert.Multiple(() =>
        {
            Assert.That(machine.State->FloatEmpty, Is.EqualTo(0b1000_1000));
            Assert.That(machine.Status, Is.EqualTo(3 << 11 | 0x8081));
        });
    }

    private static uint Field(byte[] image, int number) =>
        BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(4 * number));

    private static ushort Word(byte[] image, int number) =>
        BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(2 * number));
}
