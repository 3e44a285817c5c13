using Iced.Intel;
using TestLab.Processor.Memory;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>The interrupt handlers of a random program.</summary>
/// <remarks>
/// After a fault the program goes on at the next of a row of places, with its segments and its stack as at the start. The
/// single-step trap ends when its count has run out. Interrupts are counted; some divert the program as faults do.
/// </remarks>
internal sealed class ProgramHandlers(ProgramShape shape)
{
    public const byte FirstInterrupt = 0x20;
    public const int InterruptCount = 16;

    /// <summary>From here on interrupts are handled as faults are, so that no program stays in a loop.</summary>
    private const byte FirstDiversion = 0x2C;
    private const int TrapFlag = 0x100;
    private const int InitialFlags = 0x202; // IF.
    private const int DebugVector = 1;

    private readonly ProgramLayout _layout = new(shape);
    private readonly ProgramSegments _segments = new(shape);

    /// <summary>Writes handlers and their table.</summary>
    /// <returns>The handler of faults, which also starts the program.</returns>
    public ulong Write(GuestMemory memory)
    {
        var c = new Assembler(shape.HandlerBits);
        Label fault = c.CreateLabel();
        Label step = c.CreateLabel();
        Label interrupt = c.CreateLabel();
        c.Label(ref fault);
        switch (shape.HandlerBits)
        {
            case 64: WriteLongFault(c); break;
            case 32: WriteWideFault(c); break;
            default: WriteNarrowFault(c); break;
        }

        c.Label(ref step);
        WriteStep(c);
        c.Label(ref interrupt);
        c.inc(At(_layout.Interrupts));
        Return(c);
        using var stream = new MemoryStream();
        AssemblerResult written = c.Assemble(new StreamCodeWriter(stream), _layout.Handlers, BlockEncoderOptions.ReturnNewInstructionOffsets);
        Assert.That(stream.Length, Is.LessThan(ProgramLayout.PlacesOffset));
        memory.TryWrite(ProgramLayout.HandlerBase, stream.ToArray());
        for (int vector = 0; vector < FirstInterrupt + InterruptCount; vector++)
        {
            Label handler = vector is >= FirstInterrupt and < FirstDiversion ? interrupt : vector == DebugVector ? step : fault;
            WriteGate(memory, vector, written.GetLabelRIP(handler));
        }

        return written.GetLabelRIP(fault);
    }

    private void WriteLongFault(Assembler c)
    {
        LoadData(c);
        c.inc(At(_layout.Faults));
        c.mov(eax, At(_layout.Faults));
        c.and(eax, ProgramLayout.PlaceCount - 1);
        c.mov(rsp, ProgramLayout.KernelStack);
        c.push(_segments.Stack);
        c.push((int)_layout.Stack);
        c.push(InitialFlags);
        c.push(_segments.Code);
        c.push(__qword_ptr[rax * ProgramLayout.PlaceBytes + (int)_layout.Places]);
        c.iretq();
    }

    private void WriteWideFault(Assembler c)
    {
        LoadData(c);
        c.inc(At(_layout.Faults));
        c.mov(eax, At(_layout.Faults));
        c.and(eax, ProgramLayout.PlaceCount - 1);
        c.mov(esp, (int)(shape.IsUser ? ProgramLayout.KernelStack : _layout.Stack));
        if (shape.IsUser)
        {
            c.push(_segments.Stack);
            c.push((int)_layout.Stack);
        }

        c.push(InitialFlags);
        c.push(_segments.Code);
        c.push(__dword_ptr.cs[eax * ProgramLayout.PlaceBytes + (int)_layout.Places]);
        c.iretd();
    }

    private void WriteNarrowFault(Assembler c)
    {
        LoadData(c);
        c.mov(bx, (short)_layout.Data); // Its upper half is not the program's.
        c.inc(At(_layout.Faults));
        c.mov(si, Word(_layout.Faults));
        c.and(si, ProgramLayout.PlaceCount - 1);
        c.shl(si, 3);
        c.mov(sp, (short)_layout.Stack);
        c.push(InitialFlags);
        c.push(_segments.Code);
        c.push(__word_ptr.cs[si + (int)_layout.Places]);
        c.iret();
    }

    private void LoadData(Assembler c)
    {
        c.mov(ax, _segments.Data);
        c.mov(ds, ax);
        c.mov(es, ax);
    }

    private void WriteStep(Assembler c)
    {
        Label end = c.CreateLabel();
        c.dec(At(_layout.StepsLeft));
        c.jg(end);
        switch (shape.HandlerBits)
        {
            case 64: c.and(__dword_ptr[rsp + 16], ~TrapFlag); break;
            case 32: c.and(__dword_ptr[esp + 8], ~TrapFlag); break;
            default:
                c.push(bp);
                c.mov(bp, sp);
                c.and(__word_ptr[bp + 6], unchecked((short)~TrapFlag));
                c.pop(bp);
                break;
        }

        c.Label(ref end);
        Return(c);
    }

    private void Return(Assembler c)
    {
        switch (shape.HandlerBits)
        {
            case 64: c.iretq(); break;
            case 32: c.iretd(); break;
            default: c.iret(); break;
        }
    }

    private static AssemblerMemoryOperand At(ulong place) => __dword_ptr.ss[(int)place];

    private static AssemblerMemoryOperand Word(ulong place) => __word_ptr.ss[(int)place];

    private void WriteGate(GuestMemory memory, int vector, ulong handler)
    {
        ulong place = ProgramLayout.InterruptTable + (ulong)(vector * (shape.Mode == ProgramMode.Real ? 4 : shape.IsLong ? 16 : 8));
        int type = shape.HandlerBits == 16 ? 6 : 14;
        if (shape.Mode == ProgramMode.Real) memory.TryWriteUInt32(place, (uint)_segments.Handlers << 16 | (uint)handler);
        else memory.TryWriteUInt64(place, Gate(_segments.Handlers, handler, type, 0));
    }
}
