namespace TestLab.Protocol;

/// <summary>Whatever actors of different nodes tell one another, and programs the cluster.</summary>
/// <remarks>
/// Extend-only: a message keeps its name and the meaning of its properties; new properties are optional, and readers do
/// not mind those that they do not know. Nothing large: files stay where they are, and a message holds their path.
/// </remarks>
public interface IMessage;
