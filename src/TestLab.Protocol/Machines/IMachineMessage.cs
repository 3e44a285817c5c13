namespace TestLab.Protocol.Machines;

/// <summary>A message to or of one machine.</summary>
public interface IMachineMessage : IMessage
{
    MachineId Machine { get; }
}
