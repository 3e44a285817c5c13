using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Packets that wait until their receiver's Ethernet address is known.</summary>
/// <remarks>The receiver is asked for once a second, three times; then what waits for it is dropped.</remarks>
internal sealed class NeighbourSearch
{
    public const int SearchLimit = 64;
    public const int WaitingLimit = 16;
    public const int AttemptLimit = 3;

    private const long RetryNanoseconds = VirtualTime.NanosecondsPerSecond;

    private readonly List<Search> _searches = [];
    private readonly EventTimer _timer;
    private readonly Action<VirtualTime, Ipv4Address> _ask;

    /// <param name="ask">Sends the question.</param>
    public NeighbourSearch(EventQueue events, string name, Action<VirtualTime, Ipv4Address> ask)
    {
        _ask = ask;
        _timer = events.CreateTimer($"{name} neighbours", Retry);
    }

    /// <summary>Keeps a packet until the address is found; the newest are dropped where too many wait.</summary>
    public void Wait(VirtualTime now, Ipv4Address address, ReadOnlySpan<byte> packet)
    {
        int index = _searches.FindIndex(search => search.Address == address);
        if (index < 0)
        {
            if (_searches.Count == SearchLimit) return;
            index = _searches.Count;
            _searches.Add(new Search(address) { Attempts = 1, Due = now.After(RetryNanoseconds) });
            _ask(now, address);
            Arm();
        }

        if (_searches[index].Packets.Count < WaitingLimit) _searches[index].Packets.Add(packet.ToArray());
    }

    /// <summary>The address is known now.</summary>
    /// <returns>What has waited for it, in order.</returns>
    public IReadOnlyList<byte[]> Found(Ipv4Address address)
    {
        if (_searches.Count == 0) return [];
        int index = _searches.FindIndex(search => search.Address == address);
        if (index < 0) return [];
        List<byte[]> packets = _searches[index].Packets;
        _searches.RemoveAt(index);
        Arm();
        return packets;
    }

    public InterfaceState.Search[] Save() => [.. _searches.Select(search => new InterfaceState.Search
    {
        Address = search.Address.Value,
        Attempts = search.Attempts,
        Due = search.Due,
        Packets = [.. search.Packets.Select(packet => new InterfaceState.Packet { Bytes = [.. packet] })],
    })];

    public void Restore(InterfaceState.Search[] searches)
    {
        _searches.Clear();
        foreach (InterfaceState.Search stored in searches)
        {
            var search = new Search(new Ipv4Address(stored.Address)) { Attempts = stored.Attempts, Due = stored.Due };
            search.Packets.AddRange(stored.Packets.Select(packet => packet.Bytes));
            _searches.Add(search);
        }

        Arm();
    }

    private void Retry(VirtualTime now)
    {
        _searches.RemoveAll(search => search.Due <= now && search.Attempts == AttemptLimit);
        foreach (Search search in _searches)
        {
            if (search.Due > now) continue;
            search.Attempts++;
            search.Due = now.After(RetryNanoseconds);
            _ask(now, search.Address);
        }

        Arm();
    }

    private void Arm()
    {
        VirtualTime due = VirtualTime.Never;
        foreach (Search search in _searches) due = VirtualTime.Min(due, search.Due);
        _timer.Arm(due);
    }

    private sealed class Search(Ipv4Address address)
    {
        public Ipv4Address Address { get; } = address;

        public int Attempts { get; set; }

        public VirtualTime Due { get; set; }

        public List<byte[]> Packets { get; } = [];
    }
}
