namespace TestLab.Simulation;

/// <summary>The timers of one logical process, in the order (time, slot).</summary>
/// <remarks>
/// A slot is the order in which the process made its timers, so ties do not depend on who armed first, and the queue
/// has no state beside the due times that the devices' own states hold: restoring the devices restores the queue.
/// </remarks>
public sealed class EventQueue
{
    private readonly List<EventTimer> _heap = [];
    private int _slots;

    /// <summary>Called when the earliest event has moved nearer, so that a run under way can stop in time.</summary>
    public Action? Hastened { get; set; }

    /// <summary>When the earliest timer is due.</summary>
    public VirtualTime NextTime => _heap.Count == 0 ? VirtualTime.Never : _heap[0].Due;

    public int ArmedCount => _heap.Count;

    /// <summary>The time for which the timer was armed that is firing; null while none is.</summary>
    public VirtualTime? Firing { get; private set; }

    /// <param name="name">For people who read traces.</param>
    /// <param name="expired">Called with the time the timer was armed for; the timer is disarmed by then.</param>
    public EventTimer CreateTimer(string name, Action<VirtualTime> expired) => new(this, name, _slots++, expired);

    /// <summary>Fires everything due at or before the time, in order, and returns how many fired.</summary>
    /// <remarks>A timer may arm itself anew; it does so for a later time than it fired for, so this ends.</remarks>
    public int RunDue(VirtualTime now)
    {
        int fired = 0;
        while (_heap.Count > 0 && _heap[0].Due <= now)
        {
            EventTimer timer = _heap[0];
            VirtualTime due = timer.Due;
            Remove(timer);
            Firing = due;
            timer.Expired(due);
            fired++;
        }

        Firing = null;
        return fired;
    }

    internal void Schedule(EventTimer timer, VirtualTime due)
    {
        if (timer.Due == due) return;
        VirtualTime before = NextTime;
        if (due == VirtualTime.Never)
        {
            Remove(timer);
            return;
        }

        timer.Due = due;
        if (timer.HeapIndex < 0)
        {
            timer.HeapIndex = _heap.Count;
            _heap.Add(timer);
        }

        Sift(timer);
        if (NextTime < before) Hastened?.Invoke();
    }

    private static bool IsBefore(EventTimer left, EventTimer right) =>
        left.Due == right.Due ? left.Slot < right.Slot : left.Due < right.Due;

    private void Remove(EventTimer timer)
    {
        int index = timer.HeapIndex;
        timer.HeapIndex = -1;
        timer.Due = VirtualTime.Never;
        EventTimer last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last == timer) return;
        Place(last, index);
        Sift(last);
    }

    private void Sift(EventTimer timer)
    {
        int index = timer.HeapIndex;
        while (index > 0 && IsBefore(timer, _heap[(index - 1) / 2]))
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        while (true)
        {
            int child = 2 * index + 1;
            if (child >= _heap.Count) break;
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], timer)) break;
            Place(_heap[child], index);
            index = child;
        }

        Place(timer, index);
    }

    private void Place(EventTimer timer, int index)
    {
        _heap[index] = timer;
        timer.HeapIndex = index;
    }
}
