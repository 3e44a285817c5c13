using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Kernels;
using TestLab.Benchmarks.Links;
using TestLab.Benchmarks.Windows;

switch (args.FirstOrDefault())
{
    case "kernels": KernelBenchmark.Run(); return 0;
    case "boots": await BootBenchmark.RunAsync(); return 0;
    case "windows": WindowBenchmark.Run(); return 0;
    case "links": LinkBenchmark.Run(); return 0;
    default:
        Console.Error.WriteLine("Usage: TestLab.Benchmarks kernels|boots|windows|links");
        return 2;
}
