using System.Text;
using TestLab.Machines.Control;

namespace TestLab.Machines.Tests.Control;

/// <summary>Keeps what a command writes.</summary>
internal sealed class CommandRecord
{
    private readonly List<byte> _output = [];
    private readonly List<byte> _errors = [];

    public CommandRecord(ControlCommand command)
    {
        Command = command;
        command.Output = bytes => _output.AddRange(bytes);
        command.Errors = bytes => _errors.AddRange(bytes);
    }

    public ControlCommand Command { get; }

    public byte[] OutputBytes => [.. _output];

    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string Errors => Encoding.UTF8.GetString([.. _errors]);

    public long OutputLength => _output.Count;
}
