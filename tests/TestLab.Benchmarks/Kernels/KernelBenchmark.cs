using System.Diagnostics;

namespace TestLab.Benchmarks.Kernels;

/// <summary>Guest speed by kernel of code, beside the host running the same bytes.</summary>
internal static class KernelBenchmark
{
    private const int Repetitions = 5;

    public static void Run()
    {
        Console.WriteLine($"{"kernel",-12}{"guest MIPS",12}{"native MIPS",14}{"guest/native",14}");
        double product = 1;
        foreach (CodeKernel kernel in CodeKernel.All)
        {
            using var guest = new GuestCode(kernel);
            using var native = new NativeCode(kernel);
            guest.Run(1000); // Compiles the handlers.
            var ratios = new List<double>();
            var guestSpeeds = new List<double>();
            for (int i = 0; i < Repetitions; i++)
            {
                long start = Stopwatch.GetTimestamp();
                (ulong checksum, ulong instructions) = guest.Run(kernel.Rounds);
                double guestSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                start = Stopwatch.GetTimestamp();
                ulong expected = native.Run(kernel.Rounds);
                double nativeSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (checksum != expected)
                    throw new InvalidOperationException($"{kernel.Name}: the guest computed {checksum:x}, the host {expected:x}.");
                ratios.Add(guestSeconds / nativeSeconds);
                guestSpeeds.Add(instructions / guestSeconds / 1e6);
            }

            ratios.Sort();
            guestSpeeds.Sort();
            double ratio = ratios[Repetitions / 2];
            double speed = guestSpeeds[Repetitions / 2];
            product *= ratio;
            Console.WriteLine($"{kernel.Name,-12}{speed,12:F0}{speed * ratio,14:F0}{ratio,14:F1}");
        }

        Console.WriteLine($"geometric mean of guest/native: {Math.Pow(product, 1.0 / CodeKernel.All.Count):F1}");
    }
}
