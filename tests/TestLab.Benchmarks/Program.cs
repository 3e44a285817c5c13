using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Kernels;
using TestLab.Benchmarks.Links;
using TestLab.Benchmarks.Networks;
using TestLab.Benchmarks.Runs;
using TestLab.Benchmarks.Windows;

switch (args.FirstOrDefault())
{
    case "kernels": KernelBenchmark.Run(); return 0;
    case "windows": WindowBenchmark.Run(); return 0;
    case "links": LinkBenchmark.Run(); return 0;
    case "switch": SwitchBenchmark.Run(); return 0;
    case "card": CardBenchmark.Run(); return 0;
    case "crowd": CrowdBenchmark.Run(); return 0;
    case "boots": await BootBenchmark.RunAsync(args[1..]); return 0;
    case "runs": RunBenchmark.Run(); return 0;
    default:
        Console.Error.WriteLine("Usage: TestLab.Benchmarks kernels|windows|links|switch|card|crowd|boots|runs");
        return 2;
}
