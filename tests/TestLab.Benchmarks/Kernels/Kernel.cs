namespace TestLab.Benchmarks.Kernels;

/// <summary>A kernel of the program in this folder.</summary>
/// <param name="Name">What the program calls it.</param>
/// <param name="Kind">What its figures are averaged with.</param>
/// <param name="Repetitions">
/// About a tenth of a second of the host; less where a translator takes a hundred times as long.
/// </param>
internal sealed record Kernel(string Name, KernelKind Kind, long Repetitions)
{
    public static readonly IReadOnlyList<Kernel> All =
    [
        new("alu", KernelKind.Integer, 20_000_000),
        new("memory", KernelKind.Integer, 50_000_000),
        new("sha256", KernelKind.Integer, 400_000),
        new("hash", KernelKind.Integer, 10_000_000),
        new("quicksort", KernelKind.Integer, 100),
        new("bytecode", KernelKind.Integer, 4_000_000),
        new("strlen", KernelKind.Integer, 80_000),
        new("fib", KernelKind.Integer, 2_000),
        new("crc32", KernelKind.Integer, 3_000),
        new("matmul", KernelKind.Integer, 1_500),
        new("bignum", KernelKind.Integer, 100_000),
        new("list", KernelKind.Integer, 1_000_000),
        new("repmovs", KernelKind.String, 300_000),
        new("nbody", KernelKind.Floating, 1_000_000),
        new("saxpy", KernelKind.Floating, 60_000),
    ];
}
