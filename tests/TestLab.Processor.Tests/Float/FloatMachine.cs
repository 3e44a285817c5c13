using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Float;

/// <summary>
/// A bare machine that runs a few assembled x87 instructions, and what a test asks of it afterwards.
/// </summary>
internal sealed unsafe class FloatMachine : IDisposable
{
    public const ulong Code = 0x1000;
    public const ulong Data = 0x20000;
    private const ulong DescriptorTable = 0x9000;
    private const ulong InterruptTable = 0xA000;
    private const ulong InterruptHandler = 0xB000;

    private readonly int _bitness;

    /// <param name="bitness">64 and 32: flat; 16: real-address mode, segments at zero.</param>
    public FloatMachine(int bitness = 64)
    {
        _bitness = bitness;
        switch (bitness)
        {
            case 64: Machine.EnterLong(Code); break;
            case 32: Machine.EnterProtected(Code); break;
            default: Machine.EnterReal(0, (ushort)Code); break;
        }

        State->Cr0 |= ControlRegisters.NumericError;
        if (bitness == 64) PlaceInterruptTable();
    }

    public BareMachine Machine { get; } = new();

    public CpuState* State => Machine.Cpu.State;

    /// <summary>The status word as FNSTSW shows it.</summary>
    public int Status => State->FloatStatus | State->FloatTop << 11;

    public Float80 this[int index]
    {
        get
        {
            byte* register = State->FloatRegisters + 16 * ((State->FloatTop + index) & 7);
            return new Float80(*(ulong*)register, *(ushort*)(register + 8));
        }
    }

    public void SetControl(ushort control) => State->FloatControl = control;

    public bool IsEmpty(int index) => (State->FloatEmpty >> ((State->FloatTop + index) & 7) & 1) != 0;

    /// <summary>Runs the instructions, one after the other, to the end or to the first exception.</summary>
    /// <returns>The exception's vector, or -1.</returns>
    public int Run(Action<Assembler> program)
    {
        Assembler assembler = new(_bitness);
        program(assembler);
        int count = assembler.Instructions.Count;
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), Code);
        Machine.Load(Code, [.. code.ToArray(), 0xEB, 0xFE]);
        State->Rip = Code;
        ulong exceptions = Machine.Cpu.Statistics.Exceptions;
        CpuExit exit = Machine.Cpu.RunUntil(Machine.Cpu.Clock + (ulong)count);
        if (Machine.Cpu.Statistics.Exceptions != exceptions) return State->ExceptionVector;
        Assert.That(exit, Is.EqualTo(CpuExit.LimitReached));
        return -1;
    }

    public byte[] Read(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(Machine.Memory.TryRead(address, bytes), Is.True);
        return bytes;
    }

    public void Dispose() => Machine.Dispose();

    private void PlaceInterruptTable()
    {
        Machine.Memory.TryWriteUInt64(DescriptorTable + 8, 0x00AF_9A00_0000_FFFF);
        Machine.Memory.TryWriteUInt64(DescriptorTable + 16, 0x00CF_9200_0000_FFFF);
        State->Gdtr = new DescriptorTable { Base = DescriptorTable, Limit = 23 };
        for (ulong vector = 0; vector <= Vectors.SimdFloatError; vector++)
        {
            ulong gate = (InterruptHandler & 0xFFFF) | 8UL << 16 | 0x8E00UL << 32 | (InterruptHandler >> 16) << 48;
            Machine.Memory.TryWriteUInt64(InterruptTable + vector * 16, gate);
        }

        State->Idtr = new DescriptorTable { Base = InterruptTable, Limit = 0xFFF };
        State->Rsp = 0x30000;
        Machine.Load(InterruptHandler, [0xEB, 0xFE]);
    }
}
