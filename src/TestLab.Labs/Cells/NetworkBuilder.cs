using System.Net;
using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Gives networks their subnets and services.</summary>
internal sealed class NetworkBuilder(TimeMode time, ProblemList problems)
{
    /// <summary>Subnets without a choice of the user's are 10.N.0.0/24.</summary>
    private const uint AutomaticBase = 10u << 24;
    private const int AutomaticPrefix = 24;

    private readonly List<NetworkPlan> _networks = [];

    public IReadOnlyList<NetworkPlan> Build(IReadOnlyList<NamedValue<NetworkSyntax>> networks)
    {
        IPNetwork[] taken = [.. networks.Select(network => network.Value.Subnet).OfType<IPNetwork>()];
        uint next = 1;
        foreach (NamedValue<NetworkSyntax> network in networks)
        {
            IPNetwork subnet;
            if (network.Value.Subnet is { } given) subnet = given;
            else
            {
                do
                {
                    subnet = new(Ipv4.ToAddress(AutomaticBase | (next & 0xFF) << 16 | (next >> 8) << 8), AutomaticPrefix);
                    next++;
                }
                while (taken.Any(other => Overlap(other, subnet)));
            }
            _networks.Add(Build(network.Name, network.Value, subnet));
        }
        return _networks;
    }

    public static bool Overlap(IPNetwork one, IPNetwork other) =>
        Ipv4.First(one) <= Ipv4.Last(other) && Ipv4.First(other) <= Ipv4.Last(one);

    private NetworkPlan Build(string name, NetworkSyntax network, IPNetwork subnet)
    {
        if (network.Kind == NetworkKind.Bridged && time != TimeMode.Real)
        {
            problems.Add(network.KindMark, "a bridged network needs time: real, since its neighbours live in it");
        }
        return new()
        {
            Name = name,
            Kind = network.Kind,
            Subnet = subnet,
            Gateway = Ipv4.ToAddress(Ipv4.First(subnet) + 1),
            MtuBytes = network.MtuBytes,
            Dhcp = network.Dhcp.IsServed ? BuildDhcp(network.Dhcp, subnet) : null,
            Dns = network.Dns,
            HostInterface = network.HostInterface,
            RecordLimitBytes = network.RecordLimitBytes,
        };
    }

    private DhcpPlan BuildDhcp(DhcpSyntax dhcp, IPNetwork subnet)
    {
        uint size = Ipv4.Last(subnet) - Ipv4.First(subnet) + 1;
        // The last quarter of the subnet.
        uint first = dhcp.First is null ? Ipv4.Last(subnet) - size / 4 : Ipv4.ToNumber(dhcp.First);
        uint last = dhcp.Last is null ? Ipv4.Last(subnet) - 1 : Ipv4.ToNumber(dhcp.Last);
        CheckInside(first, dhcp.FirstMark, subnet);
        CheckInside(last, dhcp.LastMark, subnet);
        if (first > last) problems.Add(dhcp.FirstMark, "from is behind to");
        return new(Ipv4.ToAddress(first), Ipv4.ToAddress(last), dhcp.LeaseNanoseconds);
    }

    private void CheckInside(uint address, Mark mark, IPNetwork subnet)
    {
        if (address <= Ipv4.First(subnet) + 1 || address >= Ipv4.Last(subnet))
        {
            problems.Add(mark, $"{Ipv4.ToAddress(address)} is not an address for machines in {subnet}: those go from "
                + $"{Ipv4.ToAddress(Ipv4.First(subnet) + 2)} to {Ipv4.ToAddress(Ipv4.Last(subnet) - 1)}");
        }
    }
}
