using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Puts fragments of IPv4 packets together (RFC 791, 3.2), a bounded number at a time.</summary>
/// <remarks>What is not whole in time is dropped when the next fragment comes, or when its place is needed.</remarks>
internal sealed class Reassembly
{
    public const int PacketLimit = 16;
    public const int HeaderLimitBytes = 60;

    private const int UnitBytes = 8;
    private const int Unknown = -1;
    private const long PatienceNanoseconds = 30 * VirtualTime.NanosecondsPerSecond;

    /// <summary>Bits for the units of the largest payload.</summary>
    public const int PresentBytes = (Ipv4Packet.LimitBytes + UnitBytes) / UnitBytes / 8;

    private readonly List<InterfaceState.Fragments> _incomplete = [];

    public InterfaceState.Fragments[] Save() => [.. _incomplete.Select(Copy)];

    public void Restore(InterfaceState.Fragments[] incomplete)
    {
        _incomplete.Clear();
        foreach (InterfaceState.Fragments fragments in incomplete)
        {
            if (fragments.Present.Length != PresentBytes || fragments.TotalBytes is < Unknown or > Ipv4Packet.LimitBytes)
                throw new SnapshotException("The snapshot is damaged: fragments do not fit together.");
            _incomplete.Add(Copy(fragments));
        }
    }

    /// <summary>Takes a fragment.</summary>
    /// <param name="whole">The packet, where this was the last piece missing; valid until the next call.</param>
    public bool Add(VirtualTime now, in Ipv4Packet fragment, out Ipv4Packet whole)
    {
        whole = default;
        int end = fragment.OffsetBytes + fragment.Payload.Length;
        bool isCut = fragment.HasMoreFragments && fragment.Payload.Length % UnitBytes != 0;
        if (isCut || end > Ipv4Packet.LimitBytes - Ipv4Packet.HeaderBytes || fragment.Payload.IsEmpty) return false;
        int index = PlaceOf(now, fragment);
        InterfaceState.Fragments fragments = _incomplete[index];
        if (!fragment.HasMoreFragments) fragments.TotalBytes = end;
        if (fragment.OffsetBytes == 0) fragments.Header = fragment.Header.ToArray();
        if (fragments.Payload.Length < end)
        {
            byte[] payload = fragments.Payload;
            Array.Resize(ref payload, end);
            fragments.Payload = payload;
        }

        fragment.Payload.CopyTo(fragments.Payload.AsSpan(fragment.OffsetBytes));
        for (int unit = fragment.OffsetBytes / UnitBytes; unit * UnitBytes < end; unit++)
            fragments.Present[unit / 8] |= (byte)(1 << unit % 8);
        _incomplete[index] = fragments;
        if (!IsWhole(fragments)) return false;
        _incomplete.RemoveAt(index);
        whole = new Ipv4Packet(fragments.Header, fragments.Payload.AsSpan(0, fragments.TotalBytes));
        return true;
    }

    private static bool IsWhole(in InterfaceState.Fragments fragments)
    {
        if (fragments.TotalBytes == Unknown || fragments.Header.Length == 0) return false;
        if (fragments.TotalBytes > fragments.Payload.Length) return false;
        for (int unit = 0; unit * UnitBytes < fragments.TotalBytes; unit++)
        {
            if ((fragments.Present[unit / 8] & 1 << unit % 8) == 0) return false;
        }

        return true;
    }

    private static InterfaceState.Fragments Copy(InterfaceState.Fragments fragments) => fragments with
    {
        Header = [.. fragments.Header],
        Payload = [.. fragments.Payload],
        Present = [.. fragments.Present],
    };

    private int PlaceOf(VirtualTime now, in Ipv4Packet fragment)
    {
        _incomplete.RemoveAll(fragments => now.Since(fragments.Started) > PatienceNanoseconds);
        for (int index = 0; index < _incomplete.Count; index++)
        {
            InterfaceState.Fragments known = _incomplete[index];
            if (known.Identification == fragment.Identification && known.Protocol == fragment.Protocol
                && known.Source == fragment.Source.Value && known.Destination == fragment.Destination.Value) return index;
        }

        if (_incomplete.Count == PacketLimit) _incomplete.RemoveAt(0);
        _incomplete.Add(new InterfaceState.Fragments
        {
            Started = now,
            Source = fragment.Source.Value,
            Destination = fragment.Destination.Value,
            Identification = fragment.Identification,
            Protocol = fragment.Protocol,
            TotalBytes = Unknown,
            Present = new byte[PresentBytes],
        });
        return _incomplete.Count - 1;
    }
}
