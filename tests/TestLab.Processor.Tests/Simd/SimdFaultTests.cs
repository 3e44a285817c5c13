using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Simd;

/// <summary>What faults, with which vector, and what it leaves behind.</summary>
public sealed unsafe class SimdFaultTests
{
    private const ulong Code = 0x1000;
    private const ulong Data = 0x20000;
    private const ulong InterruptTable = 0x40000;
    private const ulong Descriptors = 0x41000;
    private const ulong Handlers = 0x50000; // 16 bytes for each vector.

    private static readonly byte[] MovapsLoad = [0x0F, 0x28, 0x07];
    private static readonly byte[] MovupsLoad = [0x0F, 0x10, 0x07];
    private static readonly byte[] MovapsStore = [0x0F, 0x29, 0x07];
    private static readonly byte[] PxorMemory = [0x66, 0x0F, 0xEF, 0x07];
    private static readonly byte[] PcmpistriMemory = [0x66, 0x0F, 0x3A, 0x63, 0x07, 0x00];
    private static readonly byte[] AddssMemory = [0xF3, 0x0F, 0x58, 0x07];
    private static readonly byte[] DivssRegister = [0xF3, 0x0F, 0x5E, 0xC1];
    private static readonly byte[] PaddbMmx = [0x0F, 0xFC, 0xC1];
    private static readonly byte[] Maskmovq = [0x0F, 0xF7, 0xC1];
    private static readonly byte[] Fxsave = [0x0F, 0xAE, 0x07];
    private static readonly byte[] Ldmxcsr = [0x0F, 0xAE, 0x17];
    private static readonly byte[] Sfence = [0x0F, 0xAE, 0xF8];
    private static readonly byte[] Crc32 = [0xF2, 0x0F, 0x38, 0xF1, 0xC1];

    [Test]
    public void OperandsOfSixteenBytesMustBeAlignedUnlessTheInstructionSaysOtherwise()
    {
        Assert.Multiple(() =>
        {
            Assert.That(VectorOf(MovapsLoad, s => s->Rdi = Data + 8), Is.EqualTo(Vectors.GeneralProtection));
            Assert.That(VectorOf(MovapsStore, s => s->Rdi = Data + 8), Is.EqualTo(Vectors.GeneralProtection));
            Assert.That(VectorOf(PxorMemory, s => s->Rdi = Data + 1), Is.EqualTo(Vectors.GeneralProtection));
            Assert.That(VectorOf(Fxsave, s => s->Rdi = Data + 8), Is.EqualTo(Vectors.GeneralProtection));
            Assert.That(VectorOf(MovupsLoad, s => s->Rdi = Data + 1), Is.EqualTo(-1));
            Assert.That(VectorOf(PcmpistriMemory, s => s->Rdi = Data + 1), Is.EqualTo(-1));
            Assert.That(VectorOf(AddssMemory, s => s->Rdi = Data + 1), Is.EqualTo(-1));
        });
    }

    [Test]
    public void MisalignmentComesBeforeThePageFault()
    {
        Assert.Multiple(() =>
        {
            Assert.That(VectorOf(MovapsLoad, s => s->Rdi = 0x4000_0000_0001), Is.EqualTo(Vectors.GeneralProtection));
            Assert.That(VectorOf(MovapsLoad, s => s->Rdi = 0x4000_0000_0000), Is.EqualTo(Vectors.PageFault));
            Assert.That(VectorOf(MovapsLoad, s => s->Rdi = 0x8000_0000_0000), Is.EqualTo(Vectors.GeneralProtection));
        });
    }

    [Test]
    public void AMaskedStoreOfNothingStillNeedsItsPlaceToBeWritable()
    {
        Assert.That(VectorOf(Maskmovq, s => s->Rdi = 0x4000_0000_0000), Is.EqualTo(Vectors.PageFault));
        Assert.That(VectorOf(Maskmovq, s => s->Rdi = Data), Is.EqualTo(-1));
    }

    [Test]
    public void UnitsThatAreOffTrap()
    {
        Assert.Multiple(() =>
        {
            Assert.That(VectorOf(PxorMemory, s => s->Cr0 |= ControlRegisters.TaskSwitched),
                Is.EqualTo(Vectors.DeviceNotAvailable));
            Assert.That(VectorOf(PxorMemory, s => s->Cr0 |= ControlRegisters.Emulation),
                Is.EqualTo(Vectors.InvalidOpcode));
            Assert.That(VectorOf(PxorMemory, s => s->Cr4 &= ~ControlRegisters.FxsaveSupport),
                Is.EqualTo(Vectors.InvalidOpcode));
            Assert.That(VectorOf(PaddbMmx, s => s->Cr4 &= ~ControlRegisters.FxsaveSupport), Is.EqualTo(-1));
            Assert.That(VectorOf(PaddbMmx, s => s->Cr0 |= ControlRegisters.TaskSwitched),
                Is.EqualTo(Vectors.DeviceNotAvailable));
            Assert.That(VectorOf(PaddbMmx, s => s->Cr0 |= ControlRegisters.Emulation),
                Is.EqualTo(Vectors.InvalidOpcode));
            Assert.That(VectorOf(PaddbMmx, s => s->FloatStatus = 0x80), Is.EqualTo(Vectors.FloatError));
            Assert.That(VectorOf(Fxsave, s => s->Cr0 |= ControlRegisters.Emulation),
                Is.EqualTo(Vectors.DeviceNotAvailable));
            Assert.That(VectorOf(Ldmxcsr, s => s->Cr0 |= ControlRegisters.TaskSwitched),
                Is.EqualTo(Vectors.DeviceNotAvailable));
            Assert.That(VectorOf(Sfence, s => s->Cr0 |= ControlRegisters.TaskSwitched | ControlRegisters.Emulation),
                Is.EqualTo(-1));
            Assert.That(VectorOf(Crc32, s => s->Cr0 |= ControlRegisters.TaskSwitched | ControlRegisters.Emulation),
                Is.EqualTo(-1));
        });
    }

    [Test]
    public void AnUnmaskedExceptionSetsItsFlagAndChangesNothingElse()
    {
        using BareMachine machine = Prepare(DivssRegister);
        CpuState* s = machine.Cpu.State;
        s->Mxcsr = 0x1F80 & ~0x200u;
        *(float*)s->Xmm = 1;
        *(float*)(s->Xmm + 16) = 0;
        machine.Cpu.RunUntil(1);
        Assert.Multiple(() =>
        {
            Assert.That(VectorTaken(machine), Is.EqualTo(Vectors.SimdFloatError));
            Assert.That(*(float*)s->Xmm, Is.EqualTo(1f));
            Assert.That(s->Mxcsr, Is.EqualTo(0x1D84));
        });
        Assert.That(VectorOf(DivssRegister, state =>
        {
            state->Mxcsr = 0;
            state->Cr4 &= ~ControlRegisters.SimdExceptions;
        }), Is.EqualTo(Vectors.InvalidOpcode));
    }

    [Test]
    public void ReservedBitsOfMxcsrAreRefused()
    {
        using BareMachine machine = Prepare(Ldmxcsr);
        machine.Memory.TryWriteUInt64(Data, 0x0001_1F80);
        machine.Cpu.RunUntil(1);
        Assert.That(VectorTaken(machine), Is.EqualTo(Vectors.GeneralProtection));
        Assert.That(machine.Cpu.State->Mxcsr, Is.EqualTo(0x1F80));
    }

    [Test]
    public void VectorRegistersLieAligned()
    {
        using var machine = new BareMachine();
        CpuState* s = machine.Cpu.State;
        Assert.That((s->Xmm - (byte*)s) % 16, Is.Zero);
        Assert.That((s->FloatRegisters - (byte*)s) % 16, Is.Zero);
    }

    private delegate void Change(CpuState* s);

    /// <summary>The vector that the instruction raises, or -1.</summary>
    private static int VectorOf(byte[] instruction, Change change)
    {
        using BareMachine machine = Prepare(instruction);
        change(machine.Cpu.State);
        machine.Cpu.StateChanged();
        machine.Cpu.RunUntil(1);
        return VectorTaken(machine);
    }

    private static int VectorTaken(BareMachine machine) =>
        machine.Cpu.State->Rip < Handlers ? -1 : (int)(machine.Cpu.State->Rip - Handlers) / 16;

    private static BareMachine Prepare(byte[] instruction)
    {
        var machine = new BareMachine();
        machine.EnterLong(Code);
        machine.Load(Code, [.. instruction, 0xEB, 0xFE]);
        CpuState* s = machine.Cpu.State;
        (s->Rdi, s->Rsp) = (Data, 0x60000);
        machine.Memory.TryWriteUInt64(Descriptors + 8, 0x00AF_9B00_0000_FFFF);
        s->Gdtr = new DescriptorTable { Base = Descriptors, Limit = 0xF };
        s->Idtr = new DescriptorTable { Base = InterruptTable, Limit = 0x1FF };
        for (ulong vector = 0; vector < 32; vector++)
        {
            // A 64-bit interrupt gate: offset 15:0, selector 8, type, offset 31:16.
            ulong handler = Handlers + 16 * vector;
            machine.Memory.TryWriteUInt64(InterruptTable + 16 * vector, (handler
                & 0xFFFF) | 0x8E00_0008_0000 | handler >> 16 << 48);
            machine.Load(handler, [0xEB, 0xFE]);
        }

        return machine;
    }
}
