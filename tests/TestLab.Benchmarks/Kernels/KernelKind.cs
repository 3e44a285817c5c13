namespace TestLab.Benchmarks.Kernels;

internal enum KernelKind
{
    Integer,

    /// <summary>String instructions: helpers, not code, decide their speed.</summary>
    String,

    /// <summary>SSE, scalar and packed.</summary>
    Floating,
}
