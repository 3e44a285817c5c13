using TestLab.Benchmarks.Bare;
using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Kernels;
using TestLab.Benchmarks.Links;
using TestLab.Benchmarks.Memory;
using TestLab.Benchmarks.Networks;
using TestLab.Benchmarks.Races;
using TestLab.Benchmarks.Runs;
using TestLab.Benchmarks.Windows;
using TestLab.Benchmarks.Workloads;

try
{
    return await RunAsync(args).ConfigureAwait(false);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

static async Task<int> RunAsync(string[] args)
{
    switch (args.FirstOrDefault())
    {
        case "kernels": await KernelBenchmark.RunAsync(RaceOptions.Parse(args[1..])); return 0;
        case "workloads": await WorkloadBenchmark.RunAsync(RaceOptions.Parse(args[1..])); return 0;
        case "bare": BareBenchmark.Run(); return 0;
        case "windows": WindowBenchmark.Run(); return 0;
        case "links": LinkBenchmark.Run(); return 0;
        case "switch": SwitchBenchmark.Run(); return 0;
        case "card": CardBenchmark.Run(); return 0;
        case "crowd": CrowdBenchmark.Run(); return 0;
        case "runs": RunBenchmark.Run(); return 0;
        case "boots": await BootBenchmark.RunAsync(RaceOptions.Parse(args[1..])); return 0;
        case "memory": MemoryBenchmark.Run(RaceOptions.Parse(args[1..])); return 0;
        case "weigh": await MemoryBenchmark.RunOnceAsync(RaceOptions.Parse(args[1..])); return 0;
        case "boot": await BootBenchmark.RunOnceAsync(RaceOptions.Parse(args[1..])); return 0;
        default:
            Console.Error.WriteLine("Usage: TestLab.Benchmarks bare|windows|links|switch|card|crowd|runs");
            Console.Error.WriteLine($"       TestLab.Benchmarks kernels|workloads|boots|memory {RaceOptions.Usage}");
            return 2;
    }
}
