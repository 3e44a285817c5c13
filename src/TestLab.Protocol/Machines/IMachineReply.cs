namespace TestLab.Protocol.Machines;

/// <summary>The answer to an <see cref="IMachineCommand"/>.</summary>
public interface IMachineReply : IMachineMessage;

/// <summary>The machine has all that it boots from.</summary>
public sealed record MachineProvisioned(MachineId Machine) : IMachineReply;

/// <param name="Reason">One line for the user.</param>
public sealed record MachineRefused(MachineId Machine, string Reason) : IMachineReply;

/// <param name="AtNanoseconds">The guest time of the lab.</param>
/// <param name="ConsoleTail">The last lines of the console, the oldest first.</param>
public sealed record MachineDescribed(
    MachineId Machine, MachineStage Stage, long AtNanoseconds, IReadOnlyList<string> ConsoleTail) : IMachineReply;
