using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Execution;

/// <summary>The one place where an engine is chosen.</summary>
public static class Engines
{
    /// <summary>As users name them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["interpreter", "translator"];

    /// <summary>Whether the host can run translated code.</summary>
    public static bool CanTranslate => CodeMemory.IsSupported;

    /// <summary>What <see cref="EngineKind.Automatic"/> stands for on this host.</summary>
    public static EngineKind Best => CanTranslate ? EngineKind.Translator : EngineKind.Interpreter;

    /// <summary>The engine of a name; null where there is none.</summary>
    public static EngineKind? Find(string name) => name switch
    {
        "interpreter" => EngineKind.Interpreter,
        "translator" => EngineKind.Translator,
        _ => null,
    };

    /// <exception cref="PlatformNotSupportedException">The translator is asked for, and the host cannot run it.</exception>
    internal static unsafe IExecutionEngine Create(EngineOptions options, CpuState* state, GuestMemory memory)
    {
        EngineKind kind = options.Kind == EngineKind.Automatic ? Best : options.Kind;
        if (kind != EngineKind.Translator) return new Interpreter();
        if (!CanTranslate) throw new PlatformNotSupportedException("This host cannot run translated code.");
        return new Translator(state, memory, options.Translator);
    }
}
