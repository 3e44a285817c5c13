using TestLab.Simulation.Comparison;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Comparison;

/// <summary>A machine of one register: three instructions in a nanosecond, each adds, and one of them may be wrong.</summary>
internal sealed class CounterMachine : LogicalProcess, ISnapshotable<CounterMachineState>, IInstructionTrace
{
    private const long InstructionsPerNanosecond = 3;

    private readonly long _wrongInstruction;
    private CounterMachineState _state;

    public CounterMachine(string name, long wrongInstruction)
        : base(name)
    {
        _wrongInstruction = wrongInstruction;
        AddPart("register", this);
    }

    public override VirtualTime Now => new(_state.Count / InstructionsPerNanosecond);

    public override VirtualTime NextAction => Now;

    public override void Advance(VirtualTime until)
    {
        while (Step(until)) Events.RunDue(Now);
    }

    public CounterMachineState Save() => _state;

    public void Restore(in CounterMachineState state) => _state = state;

    public string DescribeNext() => $"#{_state.Count} add {_state.Count % 7}";

    public bool Step(VirtualTime until)
    {
        if (Now >= until) return false;
        _state.Register = _state.Register * 31 + (ulong)(_state.Count % 7) + (_state.Count == _wrongInstruction ? 1UL : 0);
        _state.Count++;
        return true;
    }

    public StateHash HashStep() => new((UInt128)_state.Count, _state.Register);
}
