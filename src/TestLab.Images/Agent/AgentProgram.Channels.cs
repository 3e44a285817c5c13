using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>A channel is a command or a file: what comes out of it, what goes into it, its end.</summary>
internal sealed partial class AgentProgram
{
    private void EmitChannels()
    {
        EmitPump(ref _pumpOutput, OutputFile, OutputCredit, AgentFrame.Output);
        EmitPump(ref _pumpErrors, ErrorsFile, ErrorsCredit, AgentFrame.Errors);
        EmitFeed();
        EmitFinish();
        EmitAllocate();
    }

    /// <summary>Passes on what one read gives, within the host's window.</summary>
    private void EmitPump(ref Label routine, int file, int credit, int kind)
    {
        Label full = Routine();
        Label got = Routine();
        Label ended = Routine();
        Label failed = Routine();
        Label done = Routine();
        Here(ref routine);
        _code.cmp(Field(file), 0);
        _code.jl(done);
        _code.mov(eax, Field(credit));
        _code.test(eax, eax);
        _code.je(done);
        _code.cmp(eax, AgentFrame.SentPayloadMax);
        _code.jbe(full);
        _code.mov(eax, AgentFrame.SentPayloadMax);
        Here(ref full);
        _code.mov(Cell(ReadSize), eax);
        _program.System(SystemCall.Read, Field(file), SentPayload, Cell(ReadSize));
        _code.test(eax, eax);
        _code.jg(got);
        _code.je(ended);
        _code.cmp(eax, Interrupted);
        _code.je(done);
        _code.cmp(eax, TryAgain);
        _code.jne(failed);
        _code.cmp(Field(HasExited), 0);
        _code.je(done);
        _code.jmp(ended);
        Here(ref failed);
        _code.neg(eax);
        _code.mov(Field(Error), eax);
        Here(ref ended);
        _program.Close(Field(file));
        Here(ref done);
        _code.ret();
        Here(ref got);
        _code.sub(Field(credit), eax);
        _code.mov(Cell(SentLength), eax);
        _code.mov(Cell(SentKind), kind);
        _program.Set(Cell(SentChannel), Field(Id));
        _code.call(_send);
        _code.ret();
    }

    /// <summary>Writes what waits into the channel and tells the host how much it took; what nobody reads is dropped.</summary>
    private void EmitFeed()
    {
        Label wrote = Routine();
        Label gone = Routine();
        Label broken = Routine();
        Label empty = Routine();
        Label taken = Routine();
        Label done = Routine();
        Here(ref _feed);
        _code.cmp(Field(InputFile), 0);
        _code.jl(gone);
        _code.cmp(Field(InputCount), 0);
        _code.je(empty);
        _program.System(SystemCall.Write, Field(InputFile), Field(InputBuffer), Field(InputCount));
        _code.test(eax, eax);
        _code.jg(wrote);
        _code.cmp(eax, TryAgain);
        _code.je(done);
        _code.cmp(eax, Interrupted);
        _code.je(_feed);
        _code.cmp(Field(Process), 0);
        _code.jne(broken);
        _code.neg(eax);
        _code.mov(Field(Error), eax);
        Here(ref broken);
        _program.Close(Field(InputFile));
        Here(ref gone);
        _code.mov(eax, Field(InputCount));
        _code.test(eax, eax);
        _code.je(done);
        _code.mov(Field(InputCount), 0);
        _code.jmp(taken);
        Here(ref wrote);
        _code.sub(Field(InputCount), eax);
        _code.mov(ecx, Field(InputCount));
        _code.mov(edi, Field(InputBuffer));
        _code.lea(esi, __[edi + eax]);
        MoveBytes();
        Here(ref taken);
        _code.mov(Cell(SentPayload), eax);
        _program.Set(Cell(SentChannel), Field(Id));
        EmitSendOf(AgentFrame.Taken, 4);
        _code.jmp(_feed);
        Here(ref empty);
        _code.cmp(Field(IsInputClosed), 0);
        _code.je(done);
        _program.Close(Field(InputFile));
        Here(ref done);
        _code.ret();
    }

    /// <summary>Ends a channel of which nothing more can come.</summary>
    private void EmitFinish()
    {
        Label goesOn = Routine();
        Label over = Routine();
        Here(ref _finish);
        _code.cmp(Field(HasExited), 0);
        _code.je(goesOn);
        _code.mov(eax, Field(OutputFile));
        _code.and(eax, Field(ErrorsFile));
        _code.jns(goesOn);
        _code.cmp(Field(Process), 0);
        _code.jne(over);
        _code.cmp(Field(InputFile), 0);
        _code.jge(goesOn);
        Here(ref over);
        _program.Close(Field(InputFile));
        _code.jmp(_end);
        Here(ref goesOn);
        _code.ret();
    }

    /// <summary>Gives the frame's channel a free place; without one, the spare place that can only say so.</summary>
    private void EmitAllocate()
    {
        Label next = Routine();
        Label found = Routine();
        Label usable = Routine();
        Here(ref _allocate);
        _code.mov(ebp, ChannelTable);
        Here(ref next);
        _code.cmp(Field(Id), 0);
        _code.je(found);
        _code.add(ebp, ChannelBytes);
        _code.cmp(ebp, Spare);
        _code.jb(next);
        Here(ref found);
        _program.Set(Field(Id), Cell(FrameChannel));
        foreach (int file in (ReadOnlySpan<int>)[InputFile, OutputFile, ErrorsFile])
        {
            _code.mov(Field(file), -1);
        }
        foreach (int word in (ReadOnlySpan<int>)
            [Process, OutputCredit, ErrorsCredit, InputCount, IsInputClosed, HasExited, ExitStatus, Error])
        {
            _code.mov(Field(word), 0);
        }
        _code.cmp(ebp, Spare);
        _code.jb(usable);
        _code.mov(Field(Error), -TryAgain);
        Here(ref usable);
        _code.ret();
    }

    private void MoveBytes()
    {
        _code.cld();
        _code.rep.movsb();
    }
}
