namespace TestLab.Labs.Running;

/// <summary>Where the asynchronous code of a process goes on: inside the event that it waited for, in order, on one thread.</summary>
/// <remarks>
/// So <c>await</c> waits in virtual time, and a test step reads like the sentence it is. Tasks that are awaited here
/// end within events of the process only; what would continue on a thread of the pool has no place.
/// </remarks>
internal sealed class StepContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = [];
    private SynchronizationContext? _outside;

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A logical process does not wait for itself.");

    /// <summary>Begins an event of the process; <see cref="Leave"/> ends it.</summary>
    public void Enter()
    {
        _outside = Current;
        SetSynchronizationContext(this);
    }

    /// <summary>Runs what the event has set free.</summary>
    public void Leave()
    {
        try
        {
            while (_posted.TryDequeue(out (SendOrPostCallback Callback, object? State) next)) next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(_outside);
        }
    }
}
