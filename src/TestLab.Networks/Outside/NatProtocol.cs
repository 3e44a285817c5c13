namespace TestLab.Networks.Outside;

/// <summary>What a port is of.</summary>
public enum NatProtocol
{
    Tcp,
    Udp,
}
