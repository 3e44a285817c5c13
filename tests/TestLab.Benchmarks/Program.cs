using TestLab.Benchmarks.Kernels;

switch (args.FirstOrDefault())
{
    case "kernels": KernelBenchmark.Run(); return 0;
    default:
        Console.Error.WriteLine("Usage: TestLab.Benchmarks kernels");
        return 2;
}
