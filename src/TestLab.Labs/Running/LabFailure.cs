using TestLab.Labs.Results;

namespace TestLab.Labs.Running;

/// <summary>What ends a run outside its steps; the message is for the user.</summary>
internal sealed class LabFailure(Verdict verdict, string message) : Exception(message)
{
    public Verdict Verdict { get; } = verdict;
}
