using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests;

/// <summary>A processor with RAM and no devices, put into a mode without a boot.</summary>
public sealed unsafe class BareMachine : IProcessorBus, IDisposable
{
    private const ulong PageTables = 0x80000;

    private ulong _random;

    public BareMachine(ulong memoryBytes = 1 << 20, CpuModel? model = null, EngineOptions? engine = null)
        : this(new GuestMemory(memoryBytes), model, engine)
    {
    }

    public BareMachine(GuestMemory memory, CpuModel? model = null, EngineOptions? engine = null)
    {
        Memory = memory;
        Cpu = new Cpu(model ?? CpuModel.X86_64V2, Memory, this, engine);
    }

    public GuestMemory Memory { get; }

    public Cpu Cpu { get; }

    /// <summary>What the guest wrote to ports, in order.</summary>
    public List<(ushort Port, uint Value, int Size)> PortWrites { get; } = [];

    /// <summary>Vectors that wait to be taken.</summary>
    public Queue<byte> PendingInterrupts { get; } = [];

    public byte TaskPriority { get; set; }

    public bool HasInterrupt => PendingInterrupts.Count != 0;

    public ulong TimeStampCounter => Cpu.Clock;

    public void Load(ulong address, ReadOnlySpan<byte> bytes) =>
        Assert.That(Memory.TryWrite(address, bytes), Is.True, "The test loads outside RAM.");

    /// <summary>64-bit code at privilege level 0; the first GiB is mapped to itself, user accessible.</summary>
    public void EnterLong(ulong rip)
    {
        Memory.TryWriteUInt64(PageTables, (PageTables + 0x1000) | 7);
        Memory.TryWriteUInt64(PageTables + 0x1000, (PageTables + 0x2000) | 7);
        for (ulong i = 0; i < 512; i++) Memory.TryWriteUInt64(PageTables + 0x2000 + i * 8, (i << 21) | 0x87);

        CpuState* s = Cpu.State;
        s->Cr0 = ControlRegisters.ProtectionEnable | ControlRegisters.Paging | ControlRegisters.NumericError
            | ControlRegisters.WriteProtect | ControlRegisters.ExtensionType;
        s->Cr3 = PageTables;
        s->Cr4 = ControlRegisters.PhysicalAddressExtension | ControlRegisters.FxsaveSupport | ControlRegisters.SimdExceptions;
        s->Efer = ControlRegisters.LongModeEnable | ControlRegisters.LongModeActive | ControlRegisters.SyscallEnable
            | ControlRegisters.NoExecuteEnable;
        SetFlatSegments(SegmentAttributes.Long);
        s->Rip = rip;
        Cpu.Mmu.FlushAll();
        Cpu.StateChanged();
    }

    /// <summary>32-bit code at privilege level 0 in flat segments, without paging.</summary>
    public void EnterProtected(ulong rip)
    {
        CpuState* s = Cpu.State;
        s->Cr0 = ControlRegisters.ProtectionEnable | ControlRegisters.NumericError | ControlRegisters.ExtensionType;
        s->Cr4 = ControlRegisters.FxsaveSupport | ControlRegisters.SimdExceptions;
        SetFlatSegments(SegmentAttributes.Big);
        s->Rip = rip;
        Cpu.Mmu.FlushAll();
        Cpu.StateChanged();
    }

    /// <summary>16-bit code in real-address mode.</summary>
    public void EnterReal(ushort selector, ushort offset)
    {
        CpuState* s = Cpu.State;
        s->Segments[(int)SegmentIndex.Cs].Selector = selector;
        s->Segments[(int)SegmentIndex.Cs].Base = (ulong)selector << 4;
        s->Rip = offset;
        Cpu.StateChanged();
    }

    public ulong ReadDevice(ulong physicalAddress, int size) => ulong.MaxValue;

    public void WriteDevice(ulong physicalAddress, ulong value, int size)
    {
    }

    public uint ReadPort(ushort port, int size) => uint.MaxValue;

    public void WritePort(ushort port, uint value, int size) => PortWrites.Add((port, value, size));

    public bool TryReadModelSpecificRegister(uint index, out ulong value)
    {
        value = 0;
        return false;
    }

    public bool TryWriteModelSpecificRegister(uint index, ulong value) => false;

    public int AcknowledgeInterrupt() => PendingInterrupts.TryDequeue(out byte vector) ? vector : -1;

    public ulong NextRandom() => _random += 0x9E37_79B9_7F4A_7C15;

    public void Dispose()
    {
        Cpu.Dispose();
        Memory.Dispose();
    }

    private void SetFlatSegments(SegmentAttributes code)
    {
        const SegmentAttributes common = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Accessed
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Granular;
        CpuState* s = Cpu.State;
        for (SegmentIndex i = SegmentIndex.Es; i <= SegmentIndex.Gs; i++)
        {
            s->Segments[(int)i] = i == SegmentIndex.Cs
                ? new SegmentRegister { Selector = 0x08, Limit = uint.MaxValue, Attributes = common | SegmentAttributes.Code | code }
                : new SegmentRegister { Selector = 0x10, Limit = uint.MaxValue, Attributes = common | SegmentAttributes.Big };
        }
    }
}
