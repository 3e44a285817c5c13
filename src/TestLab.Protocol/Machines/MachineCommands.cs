namespace TestLab.Protocol.Machines;

/// <summary>What a machine is asked; each gets one <see cref="IMachineReply"/>.</summary>
public interface IMachineCommand : IMachineMessage;

/// <summary>Gets the machine's image: builds it where it is not there.</summary>
public sealed record ProvisionMachine(MachineId Machine) : IMachineCommand;

/// <summary>Asks for the machine's state.</summary>
public sealed record DescribeMachine(MachineId Machine) : IMachineCommand;
