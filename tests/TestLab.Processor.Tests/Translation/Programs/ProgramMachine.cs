using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>A bare machine with a random program, its data and its handlers, about to start.</summary>
internal static unsafe class ProgramMachine
{
    private const ulong MemoryBytes = 1 << 20;
    private const int DataBytes = 0x2000;

    public static BareMachine Start(ProgramShape shape, EngineOptions engine)
    {
        var machine = new BareMachine(MemoryBytes, engine: engine);
        var layout = new ProgramLayout(shape);
        RandomProgram program = RandomProgram.Create(shape);
        machine.Load(layout.CodePhysical, program.Code);
        for (int i = 0; i < ProgramLayout.PlaceCount; i++)
        {
            ulong place = program.Places[i * 37 % program.Places.Count];
            machine.Memory.TryWriteUInt64(ProgramLayout.HandlerBase + ProgramLayout.PlacesOffset + (ulong)(i * ProgramLayout.PlaceBytes), place);
        }

        var random = new Random(shape.Seed);
        byte[] data = new byte[DataBytes];
        random.NextBytes(data);
        machine.Load(layout.DataPhysical, data);
        ulong start = new ProgramHandlers(shape).Write(machine.Memory);
        Enter(machine, shape, start);
        CpuState* s = machine.Cpu.State;
        for (int i = 0; i < 16; i++) s->Registers[i] = (ulong)random.NextInt64();
        s->Rbx = layout.Data;
        s->Rsp = layout.Stack;
        return machine;
    }

    /// <summary>At the handler of faults, at level 0, with all tables in place.</summary>
    private static void Enter(BareMachine machine, ProgramShape shape, ulong start)
    {
        CpuState* s = machine.Cpu.State;
        var segments = new ProgramSegments(shape);
        if (shape.IsLong) machine.EnterLong(start);
        else if (shape.Mode == ProgramMode.Real) machine.EnterReal(segments.Handlers, (ushort)start);
        else machine.EnterProtected(start);
        s->Cr4 |= ControlRegisters.FxsaveSupport | ControlRegisters.SimdExceptions;
        int vectorBytes = shape.Mode == ProgramMode.Real ? 4 : shape.IsLong ? 16 : 8;
        s->Idtr = new DescriptorTable { Base = ProgramLayout.InterruptTable, Limit = (ushort)((ProgramHandlers.FirstInterrupt + ProgramHandlers.InterruptCount) * vectorBytes - 1) };
        if (shape.Mode != ProgramMode.Real) EnterTables(machine, shape);
        foreach (SegmentIndex index in (SegmentIndex[])[SegmentIndex.Ds, SegmentIndex.Es])
            Assert.That(machine.Cpu.TryLoadSegment(index, segments.Data is var data && shape.IsUser ? (ushort)0x10 : data), Is.True);
        Assert.That(machine.Cpu.TryLoadSegment(SegmentIndex.Ss, shape.IsUser ? (ushort)0x10 : segments.Stack), Is.True);
        if (shape.Mode == ProgramMode.Long)
        {
            s->Segments[(int)SegmentIndex.Fs].Base = 0x35;
            s->Segments[(int)SegmentIndex.Gs].Base = 0x1000;
        }

        machine.Cpu.StateChanged();
    }

    private static void EnterTables(BareMachine machine, ProgramShape shape)
    {
        CpuState* s = machine.Cpu.State;
        var segments = new ProgramSegments(shape);
        segments.Write(machine.Memory);
        s->Gdtr = new DescriptorTable { Base = ProgramLayout.DescriptorTable, Limit = 0x5F };
        machine.Memory.TryWriteUInt64(ProgramLayout.TaskState + 4, ProgramLayout.KernelStack);
        if (!shape.IsLong) machine.Memory.TryWriteUInt16(ProgramLayout.TaskState + 8, 0x10);
        s->Segments[(int)SegmentIndex.Task] = new SegmentRegister
        {
            Selector = 0x48,
            Base = ProgramLayout.TaskState,
            Limit = 0xFF,
            Attributes = SegmentAttributes.Present | (SegmentAttributes)11,
        };
        Assert.That(machine.Cpu.TryLoadSegment(SegmentIndex.Cs, segments.Handlers), Is.True);
    }
}
