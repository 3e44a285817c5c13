using TestLab.Processor;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Benchmarks.Bare;

/// <summary>Machine code in a bare guest in 64-bit mode.</summary>
internal sealed unsafe class GuestCode : IProcessorBus, IDisposable
{
    private const ulong CodeAddress = 0x10000;
    private const ulong DataAddress = 0x20000;
    private const ulong StackTop = 0x40000;
    private const ulong PageTables = 0x50000;
    private const ulong ReturnAddress = 0x60000;

    private readonly GuestMemory _memory = new(1 << 20);
    private readonly Cpu _cpu;

    public GuestCode(CodeKernel kernel, EngineKind engine)
    {
        _cpu = new Cpu(CpuModel.X86_64V2, _memory, this, new EngineOptions { Kind = engine });
        _memory.TryWrite(CodeAddress, kernel.CodeAt(CodeAddress));
        _memory.TryWrite(ReturnAddress, [0xF4]);
        _memory.TryWriteUInt64(PageTables, (PageTables + 0x1000) | 7);
        _memory.TryWriteUInt64(PageTables + 0x1000, (PageTables + 0x2000) | 7);
        _memory.TryWriteUInt64(PageTables + 0x2000, (PageTables + 0x3000) | 7);
        for (ulong page = 0; page < 256; page++) _memory.TryWriteUInt64(PageTables + 0x3000 + page * 8, (page << 12) | 7);
        EnterLongMode();
    }

    public byte TaskPriority { get; set; }

    public bool HasInterrupt => false;

    public ulong TimeStampCounter => _cpu.Clock;

    /// <summary>Runs the kernel; gives its checksum and the instructions that it retired.</summary>
    public (ulong Checksum, ulong Instructions) Run(long rounds)
    {
        byte[] data = new byte[65536];
        KernelData.Fill(data);
        _memory.TryWrite(DataAddress, data);
        _memory.TryWriteUInt64(StackTop - 8, ReturnAddress);
        CpuState* s = _cpu.State;
        (s->Rdi, s->Rsi, s->Rsp, s->Rip) = (DataAddress, (ulong)rounds, StackTop - 8, CodeAddress);
        s->Halted = false;
        ulong before = _cpu.Clock;
        CpuExit exit = _cpu.RunUntil(ulong.MaxValue >> 2);
        if (exit != CpuExit.Halted) throw new InvalidOperationException($"The kernel ended with {exit}.");
        return (s->Rax, _cpu.Clock - before);
    }

    public ulong ReadDevice(ulong physicalAddress, int size) => ulong.MaxValue;

    public void WriteDevice(ulong physicalAddress, ulong value, int size)
    {
    }

    public uint ReadPort(ushort port, int size) => uint.MaxValue;

    public void WritePort(ushort port, uint value, int size)
    {
    }

    public bool TryReadModelSpecificRegister(uint index, out ulong value)
    {
        value = 0;
        return false;
    }

    public bool TryWriteModelSpecificRegister(uint index, ulong value) => false;

    public int AcknowledgeInterrupt() => -1;

    public ulong NextRandom() => 0;

    public void Dispose()
    {
        _cpu.Dispose();
        _memory.Dispose();
    }

    private void EnterLongMode()
    {
        const SegmentAttributes data = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Accessed
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Granular;
        CpuState* s = _cpu.State;
        s->Cr0 = ControlRegisters.ProtectionEnable | ControlRegisters.Paging | ControlRegisters.NumericError;
        s->Cr3 = PageTables;
        s->Cr4 = ControlRegisters.PhysicalAddressExtension | ControlRegisters.FxsaveSupport | ControlRegisters.SimdExceptions;
        s->Efer = ControlRegisters.LongModeEnable | ControlRegisters.LongModeActive;
        for (SegmentIndex i = SegmentIndex.Es; i <= SegmentIndex.Gs; i++)
        {
            ref SegmentRegister segment = ref s->Segments[(int)i];
            segment.Limit = uint.MaxValue;
            segment.Base = 0;
            segment.Attributes = i == SegmentIndex.Cs
                ? data | SegmentAttributes.Code | SegmentAttributes.Long : data | SegmentAttributes.Big;
        }

        _cpu.Mmu.FlushAll();
        _cpu.StateChanged();
    }
}
