namespace TestLab.Simulation;

/// <summary>The record of all that a guest can see of one device; it is what a snapshot stores and a hash covers.</summary>
/// <remarks>Append-only: new fields go to the end of <see cref="Transfer"/>, so that older snapshots load.</remarks>
public interface IState
{
    /// <summary>Names every field in its fixed order; the transfer reads it or sets it.</summary>
    void Transfer(StateTransfer transfer);
}
