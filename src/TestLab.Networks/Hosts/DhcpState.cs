using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Who has which address, in the order of the addresses.</summary>
internal record struct DhcpState : IState
{
    private Lease[]? _leases;

    public Lease[] Leases
    {
        readonly get => _leases ?? [];
        set => _leases = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        Lease[] leases = Leases;
        transfer.List(ref leases, DhcpServer.PoolLimit + DhcpServer.ReservationLimit);
        Leases = leases;
    }

    public record struct Lease : IState
    {
        public uint Address;
        public ulong Client;
        public byte Kind;
        public VirtualTime Expires;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt32(ref Address);
            transfer.UInt64(ref Client);
            transfer.Byte(ref Kind);
            transfer.Require(Kind <= (byte)DhcpLeaseKind.Declined, "a lease is of no kind");
            transfer.Time(ref Expires);
        }
    }
}
