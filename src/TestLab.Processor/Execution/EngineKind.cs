namespace TestLab.Processor.Execution;

/// <summary>What executes a guest.</summary>
public enum EngineKind
{
    /// <summary>The fastest that the host can run.</summary>
    Automatic,
    Interpreter,
    Translator,
}
