using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>A process whose behaviour is written as asynchronous code in virtual time.</summary>
internal abstract class StepProcess(string name) : EventProcess(name)
{
    private readonly StepContext _context = new();

    /// <summary>Ends after so much virtual time.</summary>
    public Task Delay(long nanoseconds)
    {
        var ended = new TaskCompletionSource();
        At(Now.After(nanoseconds), () => ended.TrySetResult());
        return ended.Task;
    }

    /// <summary>True when the task ended within the time; false when the time was over first.</summary>
    public async Task<bool> Within(Task task, long nanoseconds)
    {
        if (task.IsCompleted)
        {
            await task;
            return true;
        }

        var first = new TaskCompletionSource<bool>();
        EventTimer timer = At(Now.After(nanoseconds), () => first.TrySetResult(false));
        Task followed = Follow(task, first);
        bool hasEnded = await first.Task;
        timer.Disarm();
        if (hasEnded) await followed;
        return hasEnded;
    }

    /// <summary>Does something at a moment, as an event of the process.</summary>
    protected EventTimer At(VirtualTime time, Action action)
    {
        EventTimer timer = Events.CreateTimer("step", _ => Do(action));
        timer.Arm(time);
        return timer;
    }

    /// <summary>An event of the process.</summary>
    protected void Do(Action action)
    {
        _context.Enter();
        try
        {
            action();
        }
        finally
        {
            _context.Leave();
        }
    }

    protected void Enter() => _context.Enter();

    protected void Leave() => _context.Leave();

    private static async Task Follow(Task task, TaskCompletionSource<bool> first)
    {
        try
        {
            await task;
        }
        finally
        {
            first.TrySetResult(true);
        }
    }
}
