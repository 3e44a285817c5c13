using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>Starts a program in a session and process group of its own.</summary>
/// <remarks>
/// Payload: a word of flags (1: input comes from the host); the windows of output and errors; the numbers of words and
/// of variables; then, each ended by a zero byte, the folder, the words (the first is the program's path), the
/// variables.
/// </remarks>
internal sealed partial class AgentProgram
{
    private const int SetFlags = 4; // F_SETFL
    private const int CannotRun = 127;
    private const int HeadWords = 5;

    private void EmitCommandStart()
    {
        Label refused = Routine();
        Label started = Routine();
        Here(ref _requests[AgentFrame.Start]);
        _code.call(_allocate);
        _code.cmp(ebp, Spare);
        _code.je(refused);
        _code.mov(esi, Cell(Payload));
        _program.Set(Field(OutputCredit), __dword_ptr[esi + 4]);
        _program.Set(Field(ErrorsCredit), __dword_ptr[esi + 8]);
        foreach (int file in (ReadOnlySpan<int>)[ChildInput, ChildOutput, ChildErrors])
        {
            _code.mov(Cell(file), -1);
        }
        EmitChildInput();
        EmitChildOutput(ChildOutput, OutputFile);
        EmitChildOutput(ChildErrors, ErrorsFile);
        EmitPointers();
        EmitSpawn();
        _code.mov(Cell(Result), eax);
        _program.Close(Cell(ChildInput));
        _program.Close(Cell(ChildOutput));
        _program.Close(Cell(ChildErrors));
        _code.mov(eax, Cell(Result));
        _code.mov(Field(Process), eax);
        _code.neg(eax);
        _code.jns(refused); // fork has failed: the number is the error's.
        _code.mov(eax, Cell(SpawnError));
        _code.test(eax, eax);
        _code.je(started);
        Here(ref refused);
        Label known = Routine();
        _code.cmp(Field(Error), 0);
        _code.jne(known);
        _code.mov(Field(Error), eax);
        Here(ref known);
        _program.Close(Field(InputFile));
        _program.Close(Field(OutputFile));
        _program.Close(Field(ErrorsFile));
        _code.jmp(_end);
        Here(ref started);
        _code.ret();
    }

    private void EmitChildInput()
    {
        Label nothing = Routine();
        Label done = Routine();
        _code.mov(esi, Cell(Payload));
        _code.test(__dword_ptr[esi], 1);
        _code.je(nothing);
        _program.System(SystemCall.Pipe, Pair, CloseOnExecute);
        _program.Set(Cell(ChildInput), Cell(Pair));
        _program.Set(Field(InputFile), Cell(Pair + 4));
        _program.System(SystemCall.FileControl, Field(InputFile), SetFlags, NonBlocking);
        _code.jmp(done);
        Here(ref nothing);
        _program.System(SystemCall.Open, NullName, CloseOnExecute, 0);
        _code.mov(Cell(ChildInput), eax);
        Here(ref done);
        _code.nop();
    }

    private void EmitChildOutput(int child, int ours)
    {
        _program.System(SystemCall.Pipe, Pair, CloseOnExecute);
        _program.Set(Field(ours), Cell(Pair));
        _program.Set(Cell(child), Cell(Pair + 4));
        _program.System(SystemCall.FileControl, Field(ours), SetFlags, NonBlocking);
    }

    /// <summary>Two lists of addresses, of the words and of the variables, each ended by zero.</summary>
    private void EmitPointers()
    {
        _code.mov(esi, Cell(Payload));
        _code.lea(edi, __[esi + 4 * HeadWords]);
        _code.mov(Cell(Folder), edi);
        _code.mov(ebx, Pointers);
        _code.xor(eax, eax);
        _code.cld();
        EmitSkipText();
        _code.mov(edx, __dword_ptr[esi + 12]);
        EmitPointerList();
        _code.mov(Cell(Variables), ebx);
        _code.mov(edx, __dword_ptr[esi + 16]);
        EmitPointerList();
    }

    private void EmitPointerList()
    {
        Label next = Routine();
        Label done = Routine();
        int step = _program.Target.PointerBytes;
        Here(ref next);
        _code.test(edx, edx);
        _code.je(done);
        EmitPointer(() => _code.mov(__dword_ptr[ebx], edi));
        EmitSkipText();
        _code.dec(edx);
        _code.jmp(next);
        Here(ref done);
        EmitPointer(() => _code.mov(__dword_ptr[ebx], 0));

        void EmitPointer(Action low)
        {
            low();
            if (step == 8)
            {
                _code.mov(__dword_ptr[ebx + 4], 0);
            }
            _code.add(ebx, step);
        }
    }

    private void EmitSkipText()
    {
        _code.mov(ecx, -1);
        _code.repne.scasb();
    }

    /// <summary>Forks; the process is in <c>eax</c>, why it could not run the program in <c>SpawnError</c>.</summary>
    private void EmitSpawn()
    {
        Label parent = Routine();
        Label failed = Routine();
        _code.mov(Cell(SpawnError), 0);
        _program.System(SystemCall.Fork);
        _code.test(eax, eax);
        _code.jne(parent);
        _program.System(SystemCall.NewSession);
        _program.System(SystemCall.Duplicate, Cell(ChildInput), 0);
        _program.System(SystemCall.Duplicate, Cell(ChildOutput), 1);
        _program.System(SystemCall.Duplicate, Cell(ChildErrors), 2);
        _program.System(SystemCall.SignalMask, SetSignals, NoSignals, 0, 8);
        _program.System(SystemCall.ChangeFolder, Cell(Folder));
        _code.test(eax, eax);
        _code.js(failed);
        _code.mov(eax, Cell(Pointers));
        _code.mov(Cell(Strings), eax);
        _program.System(SystemCall.Execute, Cell(Strings), Pointers, Cell(Variables));
        Here(ref failed);
        _code.neg(eax);
        _code.mov(Cell(SpawnError), eax);
        EmitExit(CannotRun);
        Here(ref parent);
        _code.nop();
    }
}
