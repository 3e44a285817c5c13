using TestLab.Networks.Packets;

namespace TestLab.Networks.Outside;

/// <summary>Where packets of guests may go, and where that is in truth.</summary>
internal sealed class NatPolicy(NatOptions options)
{
    private static readonly Ipv4Subnet ThisNetwork = Ipv4Subnet.Parse("0.0.0.0/8");

    /// <summary>Addresses of no use as a destination: from 240.0.0.0 on.</summary>
    private const uint FirstReserved = 0xF000_0000;

    /// <summary>The endpoint that the host is to be asked for; null where guests may not go.</summary>
    public Ipv4Endpoint? Translate(NatProtocol protocol, Ipv4Endpoint endpoint)
    {
        foreach (NatService service in options.Services)
        {
            if (service.Protocol == protocol && service.Guest == endpoint) return service.Host;
        }

        return IsAllowed(endpoint.Address) ? endpoint : null;
    }

    public bool IsAllowed(Ipv4Address address)
    {
        // The host's own loopback is never an address of the outside, nor is the segment.
        if (address.IsLoopback || address.IsMulticast || address.Value >= FirstReserved || ThisNetwork.Contains(address)
            || options.Interface.Subnet.Contains(address)) return false;
        if (options.Allowed is null) return true;
        foreach (Ipv4Subnet subnet in options.Allowed)
        {
            if (subnet.Contains(address)) return true;
        }

        return false;
    }
}
