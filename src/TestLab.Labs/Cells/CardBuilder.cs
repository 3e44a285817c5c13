using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Gives cards their addresses: first those that the file has, then, in the order of the file, the others.</summary>
internal sealed class CardBuilder
{
    /// <summary>Addresses below are for routers and the like; small subnets have no such room.</summary>
    private const uint FirstAutomatic = 10;

    private readonly Dictionary<string, NetworkPlan> _networks;
    private readonly ProblemList _problems;
    private readonly Dictionary<(string Network, uint Address), string> _addresses = [];
    private readonly Dictionary<string, string> _macs = new(StringComparer.Ordinal);

    public CardBuilder(IReadOnlyList<NetworkPlan> networks, ProblemList problems)
    {
        _networks = networks.ToDictionary(network => network.Name, StringComparer.Ordinal);
        _problems = problems;
    }

    /// <summary>Takes what the file gives to a card, so that nobody else gets it.</summary>
    public void Reserve(string link, string network, CardSyntax card)
    {
        if (card.Mac is { } mac && !_macs.TryAdd(mac.ToString(), link))
        {
            _problems.Add(card.MacMark, $"{link} has the MAC address of {_macs[mac.ToString()]}");
        }
        if (card.Address is not { } address || !_networks.TryGetValue(network, out NetworkPlan? plan)) return;
        uint number = Ipv4.ToNumber(address);
        uint first = Ipv4.First(plan.Subnet);
        uint last = Ipv4.Last(plan.Subnet);
        if (number <= first || number >= last)
        {
            _problems.Add(card.AddressMark, $"{address} is not an address for machines in {plan.Subnet} of the network {network}: "
                + $"those go from {Ipv4.ToAddress(first + 2)} to {Ipv4.ToAddress(last - 1)}");
        }
        else if (number == first + 1) _problems.Add(card.AddressMark, $"{address} is the address of the network {network} itself");
        else if (!_addresses.TryAdd((network, number), link))
        {
            _problems.Add(card.AddressMark, $"{link} has the address of {_addresses[(network, number)]}");
        }
    }

    public CardPlan Build(string link, string network, CardSyntax card) => new()
    {
        Network = network,
        Link = link,
        Mac = card.Mac ?? MacOf(link),
        Address = card.Address ?? AddressOf(link, network, card),
        IsAddressFixed = card.Address is not null,
    };

    private IPAddress AddressOf(string link, string network, CardSyntax card)
    {
        if (!_networks.TryGetValue(network, out NetworkPlan? plan)) return IPAddress.Any;
        uint first = Ipv4.First(plan.Subnet);
        uint last = Ipv4.Last(plan.Subnet);
        uint begin = first + (last - first > 4 * FirstAutomatic ? FirstAutomatic : 2);
        uint dhcpFirst = plan.Dhcp is null ? last : Ipv4.ToNumber(plan.Dhcp.First);
        uint dhcpLast = plan.Dhcp is null ? last : Ipv4.ToNumber(plan.Dhcp.Last);
        for (uint number = begin; number < last; number++)
        {
            if (number >= dhcpFirst && number <= dhcpLast) continue;
            if (_addresses.TryAdd((network, number), link)) return Ipv4.ToAddress(number);
        }
        _problems.Add(card.Mark, $"the network {network} has no address left in {plan.Subnet} for {link}");
        return IPAddress.Any;
    }

    // Locally administered; a function of the card's name, so that other cards change nothing.
    private PhysicalAddress MacOf(string link)
    {
        for (var attempt = 0; ; attempt++)
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{link}#{attempt}"));
            var mac = new PhysicalAddress([0x02, .. hash.AsSpan(0, 5)]);
            if (_macs.TryAdd(mac.ToString(), link)) return mac;
        }
    }
}
