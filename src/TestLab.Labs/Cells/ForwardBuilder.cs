using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Finds the addresses that ways into the lab lead to; two of them cannot begin at one place.</summary>
internal sealed class ForwardBuilder(IReadOnlyList<MachinePlan> machines, ProblemList problems)
{
    private readonly List<(HostPort Host, string Machine)> _beginnings = [];

    public NetworkPlan Build(NetworkPlan network, NetworkSyntax syntax) => network with
    {
        Forwards = [.. syntax.Forwards.Select(forward => Build(network, forward)).OfType<ForwardPlan>()],
    };

    private ForwardPlan? Build(NetworkPlan network, ForwardSyntax forward)
    {
        (HostPort host, MachinePort to) = (forward.Host, forward.To);
        if (_beginnings.Find(other => other.Host.Overlaps(host)) is { Machine: { } taken })
            problems.Add(forward.HostMark, $"the way to {taken} begins at {host.Port} of the host already");
        _beginnings.Add((host, to.Machine));
        CardPlan? card = machines.FirstOrDefault(machine => machine.Name == to.Machine)?.Cards
            .FirstOrDefault(each => each.Network == network.Name);
        if (card is null)
        {
            problems.Add(forward.ToMark, $"{to.Machine} is not on the network {network.Name}");
            return null;
        }

        return new ForwardPlan(host.IsUdp, host.Address, host.Port, to.Machine, card.Address, to.Port);
    }
}
