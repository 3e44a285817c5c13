using System.Numerics;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Simd;

/// <summary>Instructions whose result the manual leaves open, or whose operands are implied.</summary>
public sealed unsafe class SimdRuleTests
{
    private const ulong Code = 0x1000;
    private const ulong Data = 0x20000;

    [Test]
    public void ReciprocalsAreWithinTheManualsBound()
    {
        using var machine = new BareMachine();
        LoadReciprocals(machine);
        var random = new Random(5);
        for (int i = 0; i < 200_000; i++)
        {
            uint bits = (uint)random.Next(0x0080_0000, 0x7E00_0000) | (random.Next(2) == 0 ? 0 : 0x8000_0000u);
            double value = BitConverter.UInt32BitsToSingle(bits);
            (uint reciprocalBits, _) = Reciprocals(machine, bits);
            (_, uint rootBits) = Reciprocals(machine, bits & 0x7FFF_FFFF);
            double reciprocal = BitConverter.UInt32BitsToSingle(reciprocalBits);
            Assert.That(Math.Abs(reciprocal * value - 1), Is.LessThan(1.5 / 4096), $"1 / {value:R}");
            double magnitude = Math.Abs(value);
            double root = BitConverter.UInt32BitsToSingle(rootBits);
            Assert.That(Math.Abs(root * Math.Sqrt(magnitude) - 1), Is.LessThan(1.5 / 4096), $"1 / sqrt {magnitude:R}");
        }
    }

    [TestCase(0x3F800000u, 0x3F800000u, 0x3F800000u)]
    [TestCase(0x40000000u, 0x3F000000u, 0x3F350000u)]
    [TestCase(0x40800000u, 0x3E800000u, 0x3F000000u)]
    [TestCase(0x00000000u, 0x7F800000u, 0x7F800000u)]
    [TestCase(0x80000001u, 0xFF800000u, 0xFF800000u)]
    [TestCase(0x7F800000u, 0x00000000u, 0x00000000u)]
    [TestCase(0xFF800000u, 0x80000000u, 0xFFC00000u)]
    [TestCase(0xBF800000u, 0xBF800000u, 0xFFC00000u)]
    [TestCase(0x7F800001u, 0x7FC00001u, 0x7FC00001u)]
    [TestCase(0x7F7FFFFFu, 0x00000000u, 0x1F800000u)]
    public void ReciprocalsOfOddNumbersAreThese(uint value, uint reciprocal, uint root)
    {
        using var machine = new BareMachine();
        LoadReciprocals(machine);
        Assert.That(Reciprocals(machine, value), Is.EqualTo((reciprocal, root)));
    }

    [Test]
    public void AMaskedStoreWritesTheChosenBytesOnly()
    {
        using var machine = new BareMachine();
        machine.EnterLong(Code);
        machine.Load(Code, [0x66, 0x0F, 0xF7, 0xC1, 0xEB, 0xFE]); // maskmovdqu xmm0, xmm1
        machine.Load(Data, [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        CpuState* s = machine.Cpu.State;
        s->Rdi = Data;
        for (int i = 0; i < 16; i++) (s->Xmm[i], s->Xmm[16 + i]) = ((byte)(i + 100), (byte)(i % 3 == 1 ? 0x80 : 0x7F));
        machine.Cpu.RunUntil(1);
        byte[] bytes = new byte[16];
        machine.Memory.TryRead(Data, bytes);
        Assert.That(bytes, Is.EqualTo(new byte[] { 9, 101, 9, 9, 104, 9, 9, 107, 9, 9, 110, 9, 9, 113, 9, 9 }));
    }

    [Test]
    public void AnImageSavedIn32BitCodeLeavesTheUpperRegistersOut()
    {
        using var machine = new BareMachine();
        machine.EnterProtected(Code);
        machine.Load(Code, [0x0F, 0xAE, 0x07, 0x0F, 0xAE, 0x0F, 0xEB, 0xFE]); // fxsave [edi]; fxrstor [edi]
        CpuState* s = machine.Cpu.State;
        s->Rdi = Data;
        s->Xmm[7 * 16] = 7;
        s->Xmm[8 * 16] = 8;
        (s->FloatTop, s->FloatEmpty, s->FloatStatus) = (3, 0x0F, 0x4100);
        s->FloatInstructionSelector = 0x23;
        machine.Cpu.RunUntil(2);
        byte[] bytes = new byte[512];
        machine.Memory.TryRead(Data, bytes);
        Assert.Multiple(() =>
        {
            Assert.That(BitConverter.ToUInt16(bytes, 2), Is.EqualTo(0x5900));
            Assert.That(bytes[4], Is.EqualTo(0xF0));
            Assert.That(BitConverter.ToUInt16(bytes, 12), Is.EqualTo(0x23));
            Assert.That(bytes[160 + 7 * 16], Is.EqualTo(7));
            Assert.That(bytes[160 + 8 * 16], Is.Zero);
            Assert.That(s->Xmm[8 * 16], Is.EqualTo(8));
            Assert.That(((int)s->FloatTop, (int)s->FloatEmpty, (int)s->FloatStatus), Is.EqualTo((3, 0x0F, 0x4100)));
        });
    }

    [Test]
    public void AVectorThatCrossesAPageIsWhole()
    {
        using var machine = new BareMachine();
        machine.EnterLong(Code);
        machine.Load(Code, [0xF3, 0x0F, 0x7F, 0x07, 0xF3, 0x0F, 0x6F, 0x0F, 0xEB, 0xFE]); // movdqu [rdi], xmm0; movdqu xmm1, [rdi]
        CpuState* s = machine.Cpu.State;
        s->Rdi = Data + 0xFF9;
        for (int i = 0; i < 16; i++) s->Xmm[i] = (byte)(i + 1);
        machine.Cpu.RunUntil(2);
        Assert.That(new BigInteger(new ReadOnlySpan<byte>(s->Xmm + 16, 16)),
            Is.EqualTo(new BigInteger(new ReadOnlySpan<byte>(s->Xmm, 16))));
        Assert.That(s->Xmm[16 + 15], Is.EqualTo(16));
    }

    private static void LoadReciprocals(BareMachine machine)
    {
        machine.EnterLong(Code);
        machine.Load(Code, [0xF3, 0x0F, 0x53, 0xC8, 0x0F, 0x52, 0xD0, 0xEB, 0xFE]); // rcpss xmm1, xmm0; rsqrtps xmm2, xmm0
    }

    private static (uint Reciprocal, uint Root) Reciprocals(BareMachine machine, uint value)
    {
        CpuState* s = machine.Cpu.State;
        s->Rip = Code;
        *(uint*)s->Xmm = value;
        machine.Cpu.RunUntil(machine.Cpu.Clock + 2);
        return (*(uint*)(s->Xmm + 16), *(uint*)(s->Xmm + 32));
    }
}
