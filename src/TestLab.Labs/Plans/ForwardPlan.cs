using System.Net;

namespace TestLab.Labs.Plans;

/// <summary>A way into a network of type <c>nat</c>: who comes to the host's port gets to the machine's.</summary>
/// <param name="HostAddress">Where the host listens; the loopback, if the file does not say otherwise.</param>
/// <param name="GuestAddress">The machine's first card on the network.</param>
public sealed record ForwardPlan(
    bool IsUdp, IPAddress HostAddress, int HostPort, string Machine, IPAddress GuestAddress, int GuestPort);
