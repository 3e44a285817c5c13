using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>
/// The program in a guest at the other end of the control channel: starts commands, passes their bytes on, reads and
/// writes files, calls the kernel. Run as process 1 it is the guest's init besides. It has no libraries.
/// </summary>
/// <remarks>
/// One loop around <c>poll</c>. Whatever is sent to the host is sent within a window that the host granted, and the
/// host sends a command's input within a window of ours; so neither side ever has to hold more.
/// </remarks>
internal sealed partial class AgentProgram
{
    private const int Interrupted = -4; // EINTR
    private const int TryAgain = -11; // EAGAIN
    private const int CloseOnExecute = 0x80000;
    private const int NonBlocking = 0x800;
    private const int LargeFile = 0x8000;
    private const int ReadWrite = 2;
    private const int BlockSignals = 0;
    private const int SetSignals = 2;
    private const int Child = 17; // SIGCHLD
    private const int Terminate = 15;
    private const int FirstUser = 10;
    private const int BrokenPipe = 13;
    private const int SecondUser = 12;
    private const int KillSignal = 9;
    private const short Readable = 1;
    private const short Writable = 4;

    private readonly AgentAssembler _program;
    private readonly Assembler _code;
    private Label _send;
    private Label _check;
    private Label _hello;
    private Label _end;
    private Label _finish;
    private Label _allocate;
    private Label _pumpOutput;
    private Label _pumpErrors;
    private Label _feed;
    private Label _reap;
    private Label _receive;
    private Label _loop;

    private AgentProgram(AgentTarget target)
    {
        _program = new AgentAssembler(target);
        _code = _program.Code;
        (_send, _check, _hello, _end) = (Routine(), Routine(), Routine(), Routine());
        (_finish, _allocate, _feed, _reap) = (Routine(), Routine(), Routine(), Routine());
        (_pumpOutput, _pumpErrors, _receive, _loop) = (Routine(), Routine(), Routine(), Routine());
    }

    /// <summary>The executable file for an architecture in Debian's words.</summary>
    public static byte[] For(string architecture)
    {
        AgentTarget target = architecture == ImageName.I386 ? AgentTarget.I386 : AgentTarget.Amd64;
        return ElfFile.Make(target.Bits, CodeStart, new AgentProgram(target).Assemble(), Start, End - Start);
    }

    private byte[] Assemble()
    {
        EmitStart();
        EmitLoop();
        EmitReaping();
        EmitSending();
        EmitChannels();
        EmitReceiving();
        EmitRequests();
        EmitCommandStart();
        using MemoryStream bytes = new();
        _code.Assemble(new StreamCodeWriter(bytes), CodeStart);
        return bytes.ToArray();
    }

    private Label Routine() => _code.CreateLabel();

    private void Here(ref Label label) => _code.Label(ref label);

    /// <summary>Has the program write a text, ended by a zero byte, into its memory.</summary>
    private void EmitText(int address, string text)
    {
        byte[] bytes = new byte[(text.Length / 4 + 1) * 4];
        Encoding.ASCII.GetBytes(text, bytes);
        for (int index = 0; index < bytes.Length; index += 4)
        {
            _code.mov(Cell(address + index), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(index)));
        }
    }

    /// <summary>With an argument the port is standard input and output, else the port of the host.</summary>
    private void EmitStart()
    {
        Label pipe = Routine();
        Label opened = Routine();
        Label deaf = Routine();
        Label slots = Routine();
        AssemblerMemoryOperand count = _program.Target.Bits == 64 ? __dword_ptr[rsp] : __dword_ptr[esp];
        EmitText(PortName, "/dev/virtio-ports/testlab.control");
        EmitText(NullName, "/dev/null");
        _code.cmp(count, 1);
        _code.jg(pipe);
        _program.System(SystemCall.Open, PortName, ReadWrite | CloseOnExecute, 0);
        _code.mov(Cell(ReadFile), eax);
        _code.mov(Cell(WriteFile), eax);
        _code.test(eax, eax);
        _code.jns(opened);
        // Nothing to serve. The first process serves nobody then, and goes on: without it there is no guest.
        _program.System(SystemCall.ProcessId);
        _code.cmp(eax, 1);
        _code.je(deaf);
        EmitExit(1);
        Here(ref deaf);
        _program.System(SystemCall.Open, NullName, WriteOnly | CloseOnExecute, 0);
        _code.mov(Cell(WriteFile), eax);
        _code.jmp(opened);
        Here(ref pipe);
        _code.mov(Cell(IsPipe), 1);
        _code.mov(Cell(WriteFile), 1);
        Here(ref opened);
        _program.System(SystemCall.ProcessId);
        Label ordinary = Routine();
        _code.cmp(eax, 1);
        _code.jne(ordinary);
        _code.mov(Cell(IsInit), 1);
        Here(ref ordinary);
        _code.mov(Cell(Signals), SignalSet(Child, Terminate, FirstUser, SecondUser, BrokenPipe));
        _program.System(SystemCall.SignalMask, BlockSignals, Signals, 0, 8);
        _code.mov(Cell(Signals), SignalSet(Child, Terminate, FirstUser, SecondUser));
        _program.System(SystemCall.SignalFile, -1, Signals, 8, CloseOnExecute | NonBlocking);
        _code.mov(Cell(SignalFile), eax);
        _program.Set(Cell(PollTable), Cell(ReadFile));
        _code.mov(Cell(PollTable + 4), Readable);
        _program.Set(Cell(PollTable + 8), Cell(SignalFile));
        _code.mov(Cell(PollTable + 12), Readable);
        _code.mov(ebp, ChannelTable);
        _code.mov(eax, Inputs);
        Here(ref slots);
        _code.mov(Field(InputBuffer), eax);
        _code.add(eax, AgentFrame.InputWindow);
        _code.add(ebp, ChannelBytes);
        _code.cmp(ebp, Spare);
        _code.jbe(slots);
        _code.mov(Cell(Sent + AgentFrame.HeaderBytes), 0);
        _code.mov(Cell(Sent + AgentFrame.HeaderBytes + 4), 0);
        _code.call(_hello);
        _code.jmp(_loop);
    }

    private void EmitLoop()
    {
        Here(ref _loop);
        _code.mov(Cell(PollTimeout), -1);
        _code.mov(edi, PollTable + 16);
        Label next = Routine();
        Label free = Routine();
        _code.mov(ebp, ChannelTable);
        Here(ref next);
        for (int file = 0; file < 3; file++)
        {
            _code.mov(__dword_ptr[edi + 8 * file], -1);
        }
        _code.cmp(Field(Id), 0);
        _code.je(free);
        EmitInputInterest();
        EmitOutputInterest(OutputFile, OutputCredit, 8);
        EmitOutputInterest(ErrorsFile, ErrorsCredit, 16);
        Here(ref free);
        _code.add(edi, 24);
        _code.add(ebp, ChannelBytes);
        _code.cmp(ebp, Spare);
        _code.jb(next);
        _program.System(SystemCall.Poll, PollTable, PollEntries, Cell(PollTimeout));
        _code.test(eax, eax);
        _code.js(_loop);
        EmitCallWhen(PollTable + 14, _reap);
        EmitCallWhen(PollTable + 6, _receive);
        _code.mov(Cell(PollAt), PollTable + 16);
        Label serve = Routine();
        Label served = Routine();
        _code.mov(ebp, ChannelTable);
        Here(ref serve);
        _code.cmp(Field(Id), 0);
        _code.je(served);
        _code.call(_feed);
        EmitPumpWhen(8, _pumpOutput);
        EmitPumpWhen(16, _pumpErrors);
        _code.call(_finish);
        Here(ref served);
        _code.add(Cell(PollAt), 24);
        _code.add(ebp, ChannelBytes);
        _code.cmp(ebp, Spare);
        _code.jb(serve);
        _code.jmp(_loop);
    }

    private void EmitInputInterest()
    {
        Label none = Routine();
        _code.mov(eax, Field(InputCount));
        _code.or(eax, Field(IsInputClosed));
        _code.je(none);
        _code.mov(eax, Field(InputFile));
        _code.mov(__dword_ptr[edi], eax);
        _code.mov(__dword_ptr[edi + 4], Writable);
        Here(ref none);
        _code.nop();
    }

    private void EmitOutputInterest(int file, int credit, int entry)
    {
        Label none = Routine();
        _code.cmp(Field(credit), 0);
        _code.je(none);
        _code.mov(eax, Field(file));
        _code.mov(__dword_ptr[edi + entry], eax);
        _code.mov(__dword_ptr[edi + entry + 4], Readable);
        _code.test(eax, eax);
        _code.js(none);
        _code.cmp(Field(HasExited), 0);
        _code.je(none);
        _code.mov(Cell(PollTimeout), 0); // What it left behind is read at once, to its end.
        Here(ref none);
        _code.nop();
    }

    private void EmitCallWhen(int events, Label routine)
    {
        Label quiet = Routine();
        _code.cmp(__word_ptr[events], 0);
        _code.je(quiet);
        _code.call(routine);
        Here(ref quiet);
        _code.nop();
    }

    private void EmitPumpWhen(int entry, Label pump)
    {
        Label go = Routine();
        Label quiet = Routine();
        _code.cmp(Field(HasExited), 0);
        _code.jne(go);
        _code.mov(eax, Cell(PollAt));
        _code.cmp(__word_ptr[eax + entry + 6], 0);
        _code.je(quiet);
        Here(ref go);
        _code.call(pump);
        Here(ref quiet);
        _code.nop();
    }

    private void EmitExit(int code)
    {
        _program.System(SystemCall.Exit, code);
        _code.ud2();
    }

    private static int SignalSet(params ReadOnlySpan<int> signals)
    {
        int set = 0;
        foreach (int signal in signals)
        {
            set |= 1 << (signal - 1);
        }
        return set;
    }
}
