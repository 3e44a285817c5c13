using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>Frames to the host. The payload stands in its place before it is sent.</summary>
internal sealed partial class AgentProgram
{
    private const int SentPayload = Sent + AgentFrame.HeaderBytes;

    private void EmitSending()
    {
        EmitSend();
        EmitCheck();

        // The payload's first 8 bytes are the host's own word, given back.
        Here(ref _hello);
        _code.mov(Cell(SentPayload + 8), AgentFrame.Version | (_program.Target.Bits << 16));
        _code.mov(Cell(SentPayload + 12), AgentFrame.InputWindow);
        _code.mov(Cell(SentChannel), 0);
        EmitSendOf(AgentFrame.Hello, 16);
        _code.ret();

        // Tells how a channel ended, and frees it.
        Here(ref _end);
        _program.Set(Cell(SentPayload), Field(ExitStatus));
        _program.Set(Cell(SentPayload + 4), Field(Error));
        _program.Set(Cell(SentChannel), Field(Id));
        _code.mov(Field(Id), 0);
        EmitSendOf(AgentFrame.Ended, 8);
        _code.ret();
    }

    private void EmitSendOf(int kind, int length)
    {
        _code.mov(Cell(SentKind), kind);
        _code.mov(Cell(SentLength), length);
        _code.call(_send);
    }

    private void EmitSend()
    {
        Here(ref _send);
        Label write = Routine();
        Label wrote = Routine();
        _code.mov(eax, Cell(SentKind));
        _code.shl(eax, 16);
        _code.or(eax, AgentFrame.Magic);
        _code.mov(Cell(Sent), eax);
        _program.Set(Cell(Sent + 4), Cell(SentChannel));
        _code.mov(ecx, Cell(SentLength));
        _code.mov(Cell(Sent + 8), ecx);
        _code.mov(__dword_ptr[ecx + SentPayload], 0);
        _code.add(ecx, 3);
        _code.and(ecx, -4);
        _code.mov(Cell(SentAt), Sent);
        _code.lea(eax, __[ecx + AgentFrame.HeaderBytes]);
        _code.mov(Cell(SentLeft), eax);
        _code.mov(esi, SentPayload);
        _code.call(_check);
        _code.mov(Cell(Sent + 12), eax);
        Here(ref write);
        _program.System(SystemCall.Write, Cell(WriteFile), Cell(SentAt), Cell(SentLeft));
        _code.test(eax, eax);
        _code.jg(wrote);
        _code.cmp(eax, Interrupted);
        _code.je(write);
        EmitExit(1); // Nobody is there any more.
        Here(ref wrote);
        _code.add(Cell(SentAt), eax);
        _code.sub(Cell(SentLeft), eax);
        _code.jne(write);
        _code.ret();
    }

    /// <summary>The check over the payload of <c>ecx</c> bytes (whole words) at <c>esi</c> and the header before it.</summary>
    private void EmitCheck()
    {
        Here(ref _check);
        Label next = Routine();
        Label done = Routine();
        _code.mov(eax, AgentFrame.CheckStart);
        for (int offset = -16; offset < -4; offset += 4)
        {
            _code.xor(eax, __dword_ptr[esi + offset]);
            _code.imul(eax, eax, AgentFrame.CheckFactor);
        }
        _code.add(ecx, esi);
        Here(ref next);
        _code.cmp(esi, ecx);
        _code.jae(done);
        _code.xor(eax, __dword_ptr[esi]);
        _code.imul(eax, eax, AgentFrame.CheckFactor);
        _code.add(esi, 4);
        _code.jmp(next);
        Here(ref done);
        _code.ret();
    }
}
