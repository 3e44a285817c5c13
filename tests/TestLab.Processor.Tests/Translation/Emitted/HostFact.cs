namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What the host's flags say of R10 and R11.</summary>
internal readonly record struct HostFact(FactKind Kind, int Size = 0, bool Write = false, bool IsAligned = false);
