using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Kernels;

switch (args.FirstOrDefault())
{
    case "kernels": KernelBenchmark.Run(); return 0;
    case "boots": await BootBenchmark.RunAsync(args[1..]); return 0;
    default:
        Console.Error.WriteLine("Usage: TestLab.Benchmarks kernels|boots [IMAGE...]");
        return 2;
}
