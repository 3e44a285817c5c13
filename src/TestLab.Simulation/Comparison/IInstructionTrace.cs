namespace TestLab.Simulation.Comparison;

/// <summary>A process that can be run one step at a time: a machine, instruction by instruction.</summary>
/// <remarks>
/// The comparison asks for it where two runs differ within one nanosecond: few steps, in which no frame can reach the
/// process that is not in its inbox already. So all of this may be slow.
/// </remarks>
public interface IInstructionTrace
{
    /// <summary>For people: where it stands and what it does next, as "#81203 0008:c0101234 mov eax,[ebx]".</summary>
    string DescribeNext();

    /// <summary>Does one step: an instruction, an interrupt, or the events that are due.</summary>
    /// <returns>False if everything strictly before the time has been done already.</returns>
    bool Step(VirtualTime until);

    /// <summary>Over everything that a step can change.</summary>
    StateHash HashStep();
}
