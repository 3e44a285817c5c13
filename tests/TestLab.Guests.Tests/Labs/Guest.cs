using System.Text;
using TestLab.Machines.Processes;

namespace TestLab.Guests.Tests.Labs;

/// <summary>A guest of a lab, its shell in the test's hands.</summary>
internal sealed class Guest
{
    private readonly StringBuilder _said = new();

    public Guest(MachineProcess process, MachineRemote remote)
    {
        (Process, Remote) = (process, remote);
        remote.Received = (_, bytes) => _said.Append(Encoding.ASCII.GetString(bytes).Replace("\r", ""));
    }

    public MachineProcess Process { get; }

    public MachineRemote Remote { get; }

    public string Name => Process.Name;

    /// <summary>Everything said since the last command began.</summary>
    public string Said => _said.ToString();

    public bool HasEnded => EndOfOutput() >= 0;

    /// <summary>Types a command at the console; it is in the guest one message later.</summary>
    public void Begin(string command)
    {
        _said.Clear();
        byte[] line = Encoding.ASCII.GetBytes($"({command}) 2>&1; echo \"e\"nd-$?.\n");
        Assert.That(line, Has.Length.LessThan(4_000), "a line of a terminal has an end");
        Assert.That(Remote.Write(MachineStreams.Serial, line), Is.EqualTo(line.Length));
    }

    /// <summary>What the command that has ended said; fails unless it succeeded.</summary>
    public string Take()
    {
        int end = EndOfOutput();
        Assert.That(end, Is.GreaterThanOrEqualTo(0), $"{Name} has not ended. It said:\n{Said}");
        string output = Said[..end];
        Assert.That(Said[end..].TrimEnd(), Is.EqualTo("end-0."), $"{Name} said:\n{Said}");
        return output;
    }

    private int EndOfOutput()
    {
        string said = Said;
        int end = said.LastIndexOf("end-", StringComparison.Ordinal);
        return end >= 0 && said.IndexOf('.', end) > 0 ? end : -1;
    }
}
