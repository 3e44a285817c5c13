using System.Net;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Running;

/// <summary>The ways that a machine needs to reach the networks it is not on: over the lab's routers, by the fewest hops.</summary>
internal static class RoutePlan
{
    /// <summary>Subnet and next hop, in the order of the lab's networks.</summary>
    public static IReadOnlyList<(IPNetwork Subnet, IPAddress Via)> Of(CellPlan cell, MachinePlan machine)
    {
        // From network to network, breadth first; the first hop of each is remembered.
        var firstHops = new Dictionary<string, IPAddress?>();
        var reached = new Queue<string>();
        foreach (CardPlan card in machine.Cards)
        {
            if (firstHops.TryAdd(card.Network, null)) reached.Enqueue(card.Network);
        }

        while (reached.TryDequeue(out string? network))
        {
            foreach (MachinePlan router in cell.Machines.Where(other => other.IsRouter && other != machine))
            {
                if (router.Cards.FirstOrDefault(card => card.Network == network) is not { } entry) continue;
                foreach (CardPlan exit in router.Cards)
                {
                    if (firstHops.TryAdd(exit.Network, firstHops[network] ?? entry.Address)) reached.Enqueue(exit.Network);
                }
            }
        }

        return [.. cell.Networks
            .Where(network => firstHops.GetValueOrDefault(network.Name) is not null)
            .Select(network => (network.Subnet, firstHops[network.Name] ?? network.Gateway))];
    }

    /// <summary>The way out of the lab, for machines on a network that has one.</summary>
    public static IPAddress? Gateway(CellPlan cell, MachinePlan machine) => machine.Cards
        .Select(card => cell.Networks.Single(network => network.Name == card.Network))
        .FirstOrDefault(network => network.Kind == NetworkKind.Nat)?.Gateway;
}
