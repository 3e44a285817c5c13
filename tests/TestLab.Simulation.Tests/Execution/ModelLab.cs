using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Forty processes, each with three channels out and three in: 120 channels of 20 to 30 ns.</summary>
internal sealed class ModelLab : IDisposable
{
    public const int ProcessCount = 40;
    private const long PeriodNanoseconds = 64;
    private static readonly int[] Strides = [1, 7, 18];

    public ModelLab(
        ulong seed, ExecutorOptions? options = null, Func<string, ulong, long, ModelProcess>? make = null)
    {
        make ??= (name, seed, period) => new ModelProcess(name, seed, period);
        Executor = new Executor(options);
        Processes = [.. Enumerable.Range(0, ProcessCount).Select(index => make($"p{index}", seed, PeriodNanoseconds))];
        foreach (ModelProcess process in Processes)
            foreach (int _ in Strides) process.AddInput();
        for (int index = 0; index < ProcessCount; index++)
        {
            for (int port = 0; port < Strides.Length; port++)
            {
                ModelProcess target = Processes[(index + Strides[port]) % ProcessCount];
                Processes[index].AddOutput($"out{port}", 20 + (index + port) % 11).Connect(target.Inputs[port]);
            }
        }

        foreach (ModelProcess process in Processes) Executor.Add(process);
    }

    public Executor Executor { get; }

    public ModelProcess[] Processes { get; }

    public ulong ReceivedCount => Processes.Aggregate(0UL, (sum, process) => sum + process.ReceivedCount);

    public StateHash RunUntil(long nanoseconds)
    {
        Executor.RunUntil(new VirtualTime(nanoseconds));
        return Executor.Hash();
    }

    public void Dispose() => Executor.Dispose();
}
