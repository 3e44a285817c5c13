using System.Text;
using TestLab.Machines.Processes;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Tests.Processes;

/// <summary>Whoever controls machines in a test, and what they have said.</summary>
internal sealed class Desk() : EventProcess("desk")
{
    private readonly Dictionary<string, StringBuilder> _said = [];

    public List<(VirtualTime Time, string Machine, MachineMessageKind Kind)> Changes { get; } = [];

    public MachineRemote Connect(MachineProcess machine, int consolePorts)
    {
        var remote = new MachineRemote(this, machine.Name, consolePorts, MachineSetup.DefaultControlLookaheadNanoseconds);
        remote.Connect(machine.Control);
        remote.Received = (stream, bytes) => Output(machine.Name, stream).Append(Encoding.Latin1.GetString(bytes));
        remote.Changed = kind => Changes.Add((Now, machine.Name, kind));
        return remote;
    }

    public StringBuilder Output(string machine, int stream)
    {
        string key = $"{machine}/{stream}";
        if (!_said.TryGetValue(key, out StringBuilder? said)) _said.Add(key, said = new StringBuilder());
        return said;
    }
}
