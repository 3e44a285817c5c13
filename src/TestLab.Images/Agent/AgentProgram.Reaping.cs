using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Images.Agent.AgentAssembler;
using static TestLab.Images.Agent.AgentMemory;

namespace TestLab.Images.Agent;

/// <summary>Signals and the ends of processes.</summary>
internal sealed partial class AgentProgram
{
    private const int SignalRecordBytes = 128;
    private const int NoHang = 1;

    // reboot(2)
    private const int RebootMagic = unchecked((int)0xFEE1DEAD);
    private const int RebootMagic2 = 672274793;
    private const int PowerOff = 0x4321FEDC;
    private const int Restart = 0x01234567;

    private void EmitReaping()
    {
        Here(ref _reap);
        Label children = Routine();
        Label stop = Routine();
        Label restart = Routine();
        _program.System(SystemCall.Read, Cell(SignalFile), SignalRecord, SignalRecordBytes);
        _code.cmp(eax, SignalRecordBytes);
        _code.jne(children);
        _code.cmp(Cell(SignalRecord), Child);
        _code.je(_reap);
        Here(ref stop);
        Label init = Routine();
        _code.cmp(Cell(IsInit), 0);
        _code.jne(init);
        EmitExit(0);
        // What busybox's poweroff, halt and reboot tell process 1.
        Here(ref init);
        _program.System(SystemCall.Synchronize);
        _code.cmp(Cell(SignalRecord), Terminate);
        _code.je(restart);
        _program.System(SystemCall.Reboot, RebootMagic, RebootMagic2, PowerOff, 0);
        Here(ref restart);
        _program.System(SystemCall.Reboot, RebootMagic, RebootMagic2, Restart, 0);
        _code.jmp(restart);

        Here(ref children);
        Label done = Routine();
        _program.System(SystemCall.Wait, -1, Status, NoHang, 0);
        _code.test(eax, eax);
        _code.jle(done);
        _program.ForEachChannel(() =>
        {
            Label other = Routine();
            _code.cmp(Field(Process), eax);
            _code.jne(other);
            _code.cmp(Field(HasExited), 0);
            _code.jne(other);
            _code.mov(ecx, Cell(Status));
            _code.mov(Field(ExitStatus), ecx);
            _code.mov(Field(HasExited), 1);
            Here(ref other);
            _code.nop();
        });
        _code.jmp(children);
        Here(ref done);
        _code.ret();
    }
}
