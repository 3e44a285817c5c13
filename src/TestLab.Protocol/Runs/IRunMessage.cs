namespace TestLab.Protocol.Runs;

/// <summary>A message about one run: the director routes by the id alone.</summary>
public interface IRunMessage : IMessage
{
    RunId Run { get; }
}
