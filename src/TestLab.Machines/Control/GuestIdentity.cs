using System.Text;

namespace TestLab.Machines.Control;

/// <summary>Who a guest is: what tells a fork from the guest that it was forked of.</summary>
public sealed record GuestIdentity
{
    public required string HostName { get; init; }

    /// <summary>32 hexadecimal digits.</summary>
    public required string MachineId { get; init; }

    /// <summary>Bytes for the kernel's random numbers; of the lab's random streams.</summary>
    public required ReadOnlyMemory<byte> Seed { get; init; }

    public IReadOnlyList<GuestInterface> Interfaces { get; init; } = [];

    /// <summary>The address of the way out of all networks.</summary>
    public string? Gateway { get; init; }

    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>Lines for the guest's /etc/hosts, besides those of the guest itself.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    internal string ResolverFile => string.Concat(NameServers.Select(server => $"nameserver {server}\n"));

    internal string HostsFile =>
        $"127.0.0.1 localhost\n127.0.1.1 {HostName}\n::1 localhost\n{string.Concat(Hosts.Select(line => line + "\n"))}";

    /// <summary>What sets the interfaces, for busybox's shell; empty where there is nothing to set.</summary>
    internal string InterfaceCommands()
    {
        var lines = new StringBuilder();
        foreach (GuestInterface card in Interfaces)
        {
            lines.Append($"$b ip addr flush dev {card.Name}\n");
            if (card.HardwareAddress is { } hardware)
            {
                lines.Append($"$b ip link set {card.Name} down\n$b ip link set {card.Name} address {hardware}\n");
            }

            foreach (string address in card.Addresses) lines.Append($"$b ip addr add {address} dev {card.Name}\n");
            lines.Append($"$b ip link set {card.Name} up\n");
        }

        if (Gateway is not null) lines.Append($"$b ip route replace default via {Gateway}\n");
        return lines.Length == 0 ? "" : $"set -e\nb=/run/testlab/busybox\n{lines}";
    }
}
