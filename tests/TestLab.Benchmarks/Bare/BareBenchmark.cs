using System.Diagnostics;
using TestLab.Processor.Execution;

namespace TestLab.Benchmarks.Bare;

/// <summary>Guest speed by kernel of code, beside the host running the same bytes.</summary>
/// <remarks>Processor time, native and guest in turn: a busy host disturbs neither the ratio nor the speeds much.</remarks>
internal static class BareBenchmark
{
    private const int Repetitions = 5;

    public static void Run()
    {
        EngineKind[] engines = Engines.CanTranslate ? [EngineKind.Interpreter, EngineKind.Translator] : [EngineKind.Interpreter];
        Console.WriteLine($"{"kernel",-12}{"engine",-14}{"guest MIPS",12}{"native MIPS",14}{"guest/native",14}");
        foreach (EngineKind engine in engines)
        {
            double product = 1;
            foreach (CodeKernel kernel in CodeKernel.All) product *= Measure(kernel, engine);
            Console.WriteLine($"{engine}: geometric mean of guest/native {Math.Pow(product, 1.0 / CodeKernel.All.Count):F2}");
        }
    }

    private static double Measure(CodeKernel kernel, EngineKind engine)
    {
        using var guest = new GuestCode(kernel, engine);
        using var native = new NativeCode(kernel);
        guest.Run(1000); // Compiles the handlers, and translates.
        var ratios = new List<double>();
        var speeds = new List<double>();
        for (int i = 0; i < Repetitions; i++)
        {
            TimeSpan start = Now;
            (ulong checksum, ulong instructions) = guest.Run(kernel.Rounds);
            double guestSeconds = (Now - start).TotalSeconds;
            start = Now;
            ulong expected = native.Run(kernel.Rounds);
            double nativeSeconds = (Now - start).TotalSeconds;
            if (checksum != expected)
                throw new InvalidOperationException($"{kernel.Name}: the guest computed {checksum:x}, the host {expected:x}.");
            ratios.Add(guestSeconds / nativeSeconds);
            speeds.Add(instructions / guestSeconds / 1e6);
        }

        ratios.Sort();
        speeds.Sort();
        double ratio = ratios[Repetitions / 2];
        double speed = speeds[Repetitions / 2];
        Console.WriteLine($"{kernel.Name,-12}{engine,-14}{speed,12:F0}{speed * ratio,14:F0}{ratio,14:F2}");
        return ratio;
    }

    private static TimeSpan Now => Process.GetCurrentProcess().TotalProcessorTime;
}
