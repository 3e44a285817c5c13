using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>Frames from the host: whole ones are acted on, the rest waits.</summary>
internal sealed partial class AgentProgram
{
    /// <summary>Between two looks at a port that the host has not opened.</summary>
    private const int ReopenMilliseconds = 100;

    private const int RequestKinds = 9;

    private readonly Label[] _requests = new Label[RequestKinds + 1];

    private void EmitReceiving()
    {
        for (int kind = 1; kind <= RequestKinds; kind++)
        {
            _requests[kind] = Routine();
        }
        Label got = Routine();
        Label closed = Routine();
        Label again = Routine();
        Here(ref _receive);
        _code.mov(eax, Received);
        _code.add(eax, Cell(ReceivedLength));
        _code.mov(Cell(Strings), eax);
        _code.mov(eax, ReceivedCapacity);
        _code.sub(eax, Cell(ReceivedLength));
        _code.mov(Cell(ReadSize), eax);
        _program.System(SystemCall.Read, Cell(ReadFile), Cell(Strings), Cell(ReadSize));
        _code.test(eax, eax);
        _code.jg(got);
        _code.je(closed);
        _code.cmp(eax, Interrupted);
        _code.je(again);
        EmitExit(1);
        Here(ref again);
        _code.ret();
        Here(ref closed);
        Label port = Routine();
        _code.cmp(Cell(IsPipe), 0);
        _code.je(port);
        EmitExit(0);
        Here(ref port);
        _program.System(SystemCall.Poll, 0, 0, ReopenMilliseconds);
        _code.ret();
        Here(ref got);
        _code.add(Cell(ReceivedLength), eax);
        _code.mov(Cell(ReceivedAt), Received);
        EmitTaking();
    }

    private void EmitTaking()
    {
        Label next = Routine();
        Label rest = Routine();
        Label broken = Routine();
        Label acted = Routine();
        Here(ref next);
        _code.mov(esi, Cell(ReceivedAt));
        _code.mov(edx, Received);
        _code.add(edx, Cell(ReceivedLength));
        _code.sub(edx, esi);
        _code.sub(edx, AgentFrame.HeaderBytes);
        _code.jb(rest);
        _code.cmp(__word_ptr[esi], AgentFrame.Magic);
        _code.jne(broken);
        _code.mov(ecx, __dword_ptr[esi + 8]);
        _code.mov(Cell(FrameLength), ecx);
        _code.cmp(ecx, AgentFrame.ReceivedPayloadMax);
        _code.ja(broken);
        _code.add(ecx, 3);
        _code.and(ecx, -4);
        _code.cmp(edx, ecx);
        _code.jb(rest);
        _code.lea(eax, __[ecx + AgentFrame.HeaderBytes]);
        _code.mov(Cell(FrameBytes), eax);
        _code.add(esi, AgentFrame.HeaderBytes);
        _code.mov(Cell(Payload), esi);
        _code.call(_check);
        _code.mov(esi, Cell(ReceivedAt));
        _code.cmp(eax, __dword_ptr[esi + 12]);
        _code.jne(broken);
        _code.mov(eax, __dword_ptr[esi + 4]);
        _code.mov(Cell(FrameChannel), eax);
        EmitFindChannel();
        _code.mov(esi, Cell(ReceivedAt));
        _code.movzx(eax, __byte_ptr[esi + 2]);
        _code.mov(esi, Cell(Payload));
        for (int kind = 1; kind <= RequestKinds; kind++)
        {
            Label other = Routine();
            _code.cmp(eax, kind);
            _code.jne(other);
            _code.call(_requests[kind]);
            _code.jmp(acted);
            Here(ref other);
            _code.nop();
        }
        Here(ref acted);
        _code.mov(eax, Cell(FrameBytes));
        _code.add(Cell(ReceivedAt), eax);
        _code.jmp(next);

        Here(ref rest);
        _code.lea(ecx, __[edx + AgentFrame.HeaderBytes]);
        _code.mov(Cell(ReceivedLength), ecx);
        _code.mov(edi, Received);
        MoveBytes();
        _code.ret();

        // Not our language: all of it is dropped, and the host is told by a word that it never says itself.
        Here(ref broken);
        _code.mov(Cell(ReceivedLength), 0);
        _code.mov(Cell(SentPayload), -1);
        _code.mov(Cell(SentPayload + 4), -1);
        _code.call(_hello);
        _code.ret();
    }

    /// <summary>The channel of the frame, or the spare one, which has no files and no process.</summary>
    private void EmitFindChannel()
    {
        Label next = Routine();
        Label found = Routine();
        Label unknown = Routine();
        _code.mov(ebp, ChannelTable);
        Here(ref next);
        _code.cmp(Field(Id), eax);
        _code.je(found);
        _code.add(ebp, ChannelBytes);
        _code.cmp(ebp, Spare);
        _code.jb(next);
        Here(ref unknown);
        _code.mov(Field(Process), 0);
        _code.mov(Field(HasExited), 0);
        foreach (int file in (ReadOnlySpan<int>)[InputFile, OutputFile, ErrorsFile])
        {
            _code.mov(Field(file), -1);
        }
        Here(ref found);
        _code.nop();
    }
}
