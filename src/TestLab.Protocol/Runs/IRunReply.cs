namespace TestLab.Protocol.Runs;

/// <summary>The answer to an <see cref="IRunCommand"/>.</summary>
public interface IRunReply : IRunMessage;

public sealed record RunAccepted(RunId Run) : IRunReply;

/// <param name="Reason">One line for the user.</param>
public sealed record RunRefused(RunId Run, string Reason) : IRunReply;
