using TestLab.Benchmarks.Bare;
using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Kernels;
using TestLab.Benchmarks.Links;
using TestLab.Benchmarks.Networks;
using TestLab.Benchmarks.Races;
using TestLab.Benchmarks.Windows;

switch (args.FirstOrDefault())
{
    case "kernels": await KernelBenchmark.RunAsync(RaceOptions.Parse(args[1..])); return 0;
    case "bare": BareBenchmark.Run(); return 0;
    case "windows": WindowBenchmark.Run(); return 0;
    case "links": LinkBenchmark.Run(); return 0;
    case "switch": SwitchBenchmark.Run(); return 0;
    case "card": CardBenchmark.Run(); return 0;
    case "crowd": CrowdBenchmark.Run(); return 0;
    case "boots": await BootBenchmark.RunAsync(args[1..]); return 0;
    default:
        Console.Error.WriteLine("Usage: TestLab.Benchmarks kernels|bare|windows|links|switch|card|crowd|boots");
        Console.Error.WriteLine($"       TestLab.Benchmarks kernels {RaceOptions.Usage}");
        return 2;
}
