namespace TestLab.Simulation;

/// <summary>A device's one pending event: armed for a moment, or not.</summary>
public sealed class EventTimer
{
    private readonly EventQueue _queue;

    internal EventTimer(EventQueue queue, string name, int slot, Action<VirtualTime> expired)
    {
        _queue = queue;
        Name = name;
        Slot = slot;
        Expired = expired;
    }

    public string Name { get; }

    /// <summary>When it fires; <see cref="VirtualTime.Never"/> while disarmed.</summary>
    public VirtualTime Due { get; internal set; } = VirtualTime.Never;

    public bool IsArmed => HeapIndex >= 0;

    /// <summary>The order of creation, which decides between timers due at one moment.</summary>
    internal int Slot { get; }

    internal int HeapIndex { get; set; } = -1;

    internal Action<VirtualTime> Expired { get; }

    /// <summary>Fires at the time, in place of any earlier arrangement; <see cref="VirtualTime.Never"/> disarms.</summary>
    public void Arm(VirtualTime due) => _queue.Schedule(this, due);

    public void Disarm() => _queue.Schedule(this, VirtualTime.Never);
}
