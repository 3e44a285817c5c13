using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>Conditions that must come to hold in a machine within a time; with none, a working control channel is enough.</summary>
public sealed record Readiness
{
    /// <summary>All of them; each is looked at once those before it hold.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>Guest time, from the moment at which the machine is switched on, or the wait begins.</summary>
    public required long WithinNanoseconds { get; init; }

    /// <summary>How often to look, in guest time.</summary>
    public required long EveryNanoseconds { get; init; }
}

/// <summary>Something that is so in a machine, or not yet.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PortCondition), "port")]
[JsonDerivedType(typeof(FileCondition), "file")]
[JsonDerivedType(typeof(ProcessCondition), "process")]
[JsonDerivedType(typeof(TextCondition), "text")]
[JsonDerivedType(typeof(CommandCondition), "command")]
public abstract record Condition;

/// <summary>Something listens at the port, on any of the machine's addresses.</summary>
public sealed record PortCondition(int Port, bool IsUdp) : Condition;

/// <summary>The path exists.</summary>
public sealed record FileCondition(string Path) : Condition;

/// <summary>A process of that name runs.</summary>
public sealed record ProcessCondition(string Name) : Condition;

/// <summary>The console has shown the text since the machine was switched on.</summary>
public sealed record TextCondition(TextMatch Text) : Condition;

/// <summary>The command, for <c>sh</c>, ends with 0.</summary>
public sealed record CommandCondition(string Command) : Condition;
