using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>What a host knows of its segment: its neighbours, who it waits for, fragments that have come.</summary>
internal record struct InterfaceState : IState
{
    public ushort Identification;

    private Neighbour[]? _neighbours;
    private Search[]? _searches;
    private Fragments[]? _fragments;

    public Neighbour[] Neighbours
    {
        readonly get => _neighbours ?? [];
        set => _neighbours = value;
    }

    public Search[] Searches
    {
        readonly get => _searches ?? [];
        set => _searches = value;
    }

    public Fragments[] Incomplete
    {
        readonly get => _fragments ?? [];
        set => _fragments = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt16(ref Identification);
        (Neighbour[] neighbours, Search[] searches, Fragments[] fragments) = (Neighbours, Searches, Incomplete);
        transfer.List(ref neighbours, Ipv4Interface.NeighbourLimit);
        transfer.List(ref searches, NeighbourSearch.SearchLimit);
        transfer.List(ref fragments, Reassembly.PacketLimit);
        (Neighbours, Searches, Incomplete) = (neighbours, searches, fragments);
    }

    public record struct Neighbour : IState
    {
        public uint Address;
        public ulong Hardware;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt32(ref Address);
            transfer.UInt64(ref Hardware);
        }
    }

    public record struct Search : IState
    {
        public uint Address;
        public int Attempts;
        public VirtualTime Due;
        private Packet[]? _packets;

        public Packet[] Packets
        {
            readonly get => _packets ?? [];
            set => _packets = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt32(ref Address);
            transfer.Count(ref Attempts, NeighbourSearch.AttemptLimit);
            transfer.Time(ref Due);
            Packet[] packets = Packets;
            transfer.List(ref packets, NeighbourSearch.WaitingLimit);
            Packets = packets;
        }
    }

    public record struct Packet : IState
    {
        private byte[]? _bytes;

        public byte[] Bytes
        {
            readonly get => _bytes ?? [];
            set => _bytes = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            byte[] bytes = Bytes;
            transfer.Buffer(ref bytes, Ipv4Packet.LimitBytes);
            Bytes = bytes;
        }
    }

    public record struct Fragments : IState
    {
        public VirtualTime Started;
        public uint Source;
        public uint Destination;
        public ushort Identification;
        public byte Protocol;
        public int TotalBytes;
        private byte[]? _header;
        private byte[]? _payload;
        private byte[]? _present;

        /// <summary>Of the first fragment, once it has come.</summary>
        public byte[] Header
        {
            readonly get => _header ?? [];
            set => _header = value;
        }

        public byte[] Payload
        {
            readonly get => _payload ?? [];
            set => _payload = value;
        }

        /// <summary>One bit for each eight bytes of the payload that have come.</summary>
        public byte[] Present
        {
            readonly get => _present ?? [];
            set => _present = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.Time(ref Started);
            transfer.UInt32(ref Source);
            transfer.UInt32(ref Destination);
            transfer.UInt16(ref Identification);
            transfer.Byte(ref Protocol);
            transfer.Int32(ref TotalBytes);
            (byte[] header, byte[] payload, byte[] present) = (Header, Payload, Present);
            transfer.Buffer(ref header, Reassembly.HeaderLimitBytes);
            transfer.Buffer(ref payload, Ipv4Packet.LimitBytes);
            transfer.Buffer(ref present, Reassembly.PresentBytes);
            (Header, Payload, Present) = (header, payload, present);
        }
    }
}
