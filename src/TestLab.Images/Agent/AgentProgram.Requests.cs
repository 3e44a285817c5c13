using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>What the host can ask for; <c>esi</c> points to the payload, <c>ebp</c> to the channel.</summary>
internal sealed partial class AgentProgram
{
    private const int CreateAndTruncate = 0x240; // O_CREAT | O_TRUNC
    private const int WriteOnly = 1;
    private const int OwnerOnly = 0x180; // 0600
    private const int CallWords = 7;
    private const int ErrorMax = 4095;

    private void EmitRequests()
    {
        EmitReset();
        EmitInput();
        EmitGrant();
        EmitSignal();
        EmitGet();
        EmitPut();
        EmitCall();
    }

    /// <summary>Payload: 8 bytes that the answer repeats. All that runs is killed, all that is open is closed.</summary>
    private void EmitReset()
    {
        Here(ref _requests[AgentFrame.Reset]);
        _program.Set(Cell(SentPayload), __dword_ptr[esi]);
        _program.Set(Cell(SentPayload + 4), __dword_ptr[esi + 4]);
        _program.ForEachChannel(() =>
        {
            _code.mov(Cell(Status), KillSignal);
            EmitKill();
            _program.Close(Field(InputFile));
            _program.Close(Field(OutputFile));
            _program.Close(Field(ErrorsFile));
            _code.mov(Field(Id), 0);
        });
        _code.jmp(_hello);
    }

    /// <summary>Sends the signal in <c>Status</c> to the group of the channel's process, while that runs.</summary>
    private void EmitKill()
    {
        Label gone = Routine();
        _code.cmp(Field(HasExited), 0);
        _code.jne(gone);
        _code.mov(eax, Field(Process));
        _code.neg(eax);
        _code.je(gone);
        _code.mov(Cell(Result), eax);
        _program.System(SystemCall.Kill, Cell(Result), Cell(Status));
        Here(ref gone);
        _code.nop();
    }

    private void EmitInput()
    {
        Label ignored = Routine();
        Here(ref _requests[AgentFrame.Input]);
        _code.cmp(ebp, Spare);
        _code.je(ignored);
        _code.mov(ecx, Cell(FrameLength));
        _code.mov(edi, Field(InputCount));
        _code.lea(eax, __[ecx + edi]);
        _code.cmp(eax, AgentFrame.InputWindow);
        _code.ja(ignored);
        _code.mov(Field(InputCount), eax);
        _code.add(edi, Field(InputBuffer));
        MoveBytes();
        _code.call(_feed);
        _code.jmp(_finish);
        Here(ref _requests[AgentFrame.CloseInput]);
        _code.cmp(ebp, Spare);
        _code.je(ignored);
        _code.mov(Field(IsInputClosed), 1);
        _code.call(_feed);
        _code.jmp(_finish);
        Here(ref ignored);
        _code.ret();
    }

    /// <summary>Payload: two words, so many bytes more of the output, and of the errors.</summary>
    private void EmitGrant()
    {
        Here(ref _requests[AgentFrame.Grant]);
        _code.mov(eax, __dword_ptr[esi]);
        _code.add(Field(OutputCredit), eax);
        _code.mov(eax, __dword_ptr[esi + 4]);
        _code.add(Field(ErrorsCredit), eax);
        _code.ret();
    }

    /// <summary>Payload: the signal's number.</summary>
    private void EmitSignal()
    {
        Here(ref _requests[AgentFrame.Signal]);
        _program.Set(Cell(Status), __dword_ptr[esi]);
        EmitKill();
        _code.ret();
    }

    /// <summary>Payload: a word, so many bytes may come at first; the path.</summary>
    private void EmitGet()
    {
        Label refused = Routine();
        Here(ref _requests[AgentFrame.Get]);
        _code.call(_allocate);
        _code.cmp(ebp, Spare);
        _code.je(refused);
        _code.mov(esi, Cell(Payload));
        _program.Set(Field(OutputCredit), __dword_ptr[esi]);
        _code.add(esi, 4);
        _code.mov(Cell(Strings), esi);
        _program.System(SystemCall.Open, Cell(Strings), CloseOnExecute | NonBlocking | LargeFile, 0);
        _code.mov(Field(OutputFile), eax);
        EmitRefusalWhenNegative(refused);
        _code.mov(Field(HasExited), 1);
        _program.System(SystemCall.FileStatus, Field(OutputFile), FileRecord);
        _program.Set(Cell(SentPayload), Cell(FileRecord + _program.Target.ModeOffset));
        _program.Set(Cell(SentPayload + 4), Cell(FileRecord + _program.Target.SizeOffset));
        _program.Set(Cell(SentPayload + 8), Cell(FileRecord + _program.Target.SizeOffset + 4));
        _program.Set(Cell(SentChannel), Field(Id));
        EmitSendOf(AgentFrame.Status, 12);
        _code.ret();
        Here(ref refused);
        _code.jmp(_end);
    }

    /// <summary>Payload: the file's mode; the path. What comes as input is the content.</summary>
    private void EmitPut()
    {
        Label refused = Routine();
        Here(ref _requests[AgentFrame.Put]);
        _code.call(_allocate);
        _code.cmp(ebp, Spare);
        _code.je(refused);
        _code.mov(esi, Cell(Payload));
        _code.add(esi, 4);
        _code.mov(Cell(Strings), esi);
        _program.System(
            SystemCall.Open,
            Cell(Strings),
            WriteOnly | CreateAndTruncate | CloseOnExecute | NonBlocking | LargeFile,
            OwnerOnly);
        _code.mov(Field(InputFile), eax);
        EmitRefusalWhenNegative(refused);
        _code.mov(Field(HasExited), 1);
        _code.mov(esi, Cell(Payload));
        _program.Set(Cell(Status), __dword_ptr[esi]);
        _program.System(SystemCall.ChangeMode, Field(InputFile), Cell(Status));
        _code.ret();
        Here(ref refused);
        _code.jmp(_end);
    }

    private void EmitRefusalWhenNegative(Label refused)
    {
        Label fine = Routine();
        _code.test(eax, eax);
        _code.jns(fine);
        _code.neg(eax);
        _code.mov(Field(Error), eax);
        _code.jmp(refused);
        Here(ref fine);
        _code.nop();
    }

    /// <summary>
    /// Payload: the number of a system call of this machine, six arguments, a mask of those that are offsets into the
    /// bytes that follow. The answer is the channel's end.
    /// </summary>
    private void EmitCall()
    {
        Label fine = Routine();
        Here(ref _requests[AgentFrame.Call]);
        _code.lea(eax, __[esi + 4 * (CallWords + 1)]);
        for (int argument = 0; argument < CallWords - 1; argument++)
        {
            Label plain = Routine();
            _code.test(__dword_ptr[esi + 4 * CallWords], 1 << argument);
            _code.je(plain);
            _code.add(__dword_ptr[esi + 4 * (argument + 1)], eax);
            Here(ref plain);
            _code.nop();
        }
        _program.SystemFrom(esi);
        _code.mov(Cell(Result), eax);
        _code.mov(ebp, Spare);
        _program.Set(Field(Id), Cell(FrameChannel));
        _program.Set(Field(ExitStatus), Cell(Result));
        _code.mov(Field(Error), 0);
        _code.neg(eax);
        _code.cmp(eax, ErrorMax);
        _code.ja(fine);
        _code.mov(Field(Error), eax);
        Here(ref fine);
        _code.jmp(_end);
    }
}
