using System.Buffers.Binary;
using TestLab.Machines.Devices.Network;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>virtio-net: frames of the guest go out at the moment of its notification; frames from the cable come in at their time stamps.</summary>
/// <remarks>Source: Virtual I/O Device 1.2, 5.1. The one offload is the checksum of what the guest sends.</remarks>
public sealed class VirtioNetwork : VirtioDevice, ISnapshotable<VirtioNetworkState>
{
    /// <summary>Frames on the cable towards the card; more are lost.</summary>
    public const int ArrivalLimit = 4096;

    /// <summary>Frames in the card for which the guest has no buffers; more are lost.</summary>
    public const int WaitingLimit = 256;

    public const int FrameMinimumBytes = 14;

    private const int ReceiveQueue = 0;
    private const int TransmitQueue = 1;
    private const int HeaderBytes = 12;
    private const byte NeedsChecksum = 1;
    private const ulong ChecksumFeature = 1UL << 0;
    private const ulong AddressFeature = 1UL << 5;
    private const ulong MergeFeature = 1UL << 15;
    private const ulong StatusFeature = 1UL << 16;

    private readonly IClock _clock;
    private readonly NetworkCard _card;
    private readonly EventTimer _timer;
    private readonly byte[] _frame = new byte[INetworkBackend.FrameLimitBytes];
    private VirtioNetworkState _state = VirtioNetworkState.PowerOn;

    public VirtioNetwork(IClock clock, EventQueue events, NetworkCard card)
    {
        (_clock, _card) = (clock, card);
        _timer = events.CreateTimer("network", _ => Arrive());
    }

    public override ushort DeviceType => 1;

    public override uint ClassCode => 0x02_0000;

    public override int QueueCount => 2;

    public override ulong Features => ChecksumFeature | AddressFeature | MergeFeature | StatusFeature;

    /// <summary>Frames lost in the card, for people.</summary>
    public ulong LostFrames { get; private set; }

    public override byte ReadConfig(int offset)
    {
        Span<byte> address = stackalloc byte[MacAddress.LengthBytes];
        _card.Address.CopyTo(address);
        return offset switch
        {
            < MacAddress.LengthBytes => address[offset],
            MacAddress.LengthBytes => (byte)(_state.IsCableOut ? 0 : 1),
            _ => 0,
        };
    }

    /// <summary>A frame that will arrive; frames of one moment arrive in the order of the calls.</summary>
    public void Deliver(VirtualTime arrival, ReadOnlySpan<byte> frame)
    {
        if (frame.Length is < FrameMinimumBytes or > INetworkBackend.FrameLimitBytes || _state.Arriving.Length >= ArrivalLimit)
        {
            LostFrames++;
            return;
        }

        int place = _state.Arriving.Length;
        while (place > 0 && _state.Arriving[place - 1].Time > arrival) place--;
        var item = new VirtioNetworkState.Frame { Time = arrival, Content = frame.ToArray() };
        _state.Arriving = [.. _state.Arriving[..place], item, .. _state.Arriving[place..]];
        Arm();
    }

    public override void Notify(int queue)
    {
        if (queue == TransmitQueue) Transmit();
        else FillBuffers();
    }

    public override void Start() => FillBuffers();

    // What is in the card is lost; what is on the cable is not the card's to forget.
    public override void Reset() => _state.Waiting = [];

    public VirtioNetworkState Save() =>
        _state with { Arriving = [.. _state.Arriving], Waiting = [.. _state.Waiting] };

    public void Restore(in VirtioNetworkState state)
    {
        _state = state with { Arriving = [.. state.Arriving], Waiting = [.. state.Waiting] };
        Arm();
    }

    private void Arm() => _timer.Arm(_state.Arriving.Length == 0 ? VirtualTime.Never : _state.Arriving[0].Time);

    private void Arrive()
    {
        VirtioNetworkState.Frame frame = _state.Arriving[0];
        _state.Arriving = _state.Arriving[1..];
        Arm();
        if (!Transport.IsRunning || _state.Waiting.Length >= WaitingLimit) LostFrames++;
        else _state.Waiting = [.. _state.Waiting, frame];
        FillBuffers();
    }

    private void Transmit()
    {
        Virtqueue queue = Transport.Queue(TransmitQueue);
        VirtqueueChain chain = Transport.NewChain();
        for (int count = 0; count < Virtqueue.SizeLimit && queue.TryTake(chain); count++)
        {
            Send(chain);
            queue.Complete(chain.Head, 0);
        }

        queue.AskForNotification();
        Transport.SignalUsed(TransmitQueue);
    }

    private void Send(VirtqueueChain chain)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int headerLength = chain.Read(header);
        ulong length = chain.ReadableBytes;
        if (headerLength < HeaderBytes || length is < FrameMinimumBytes or > INetworkBackend.FrameLimitBytes || header[1] != 0)
        {
            LostFrames++; // Too short, too long, or an offload that was not offered.
            return;
        }

        Span<byte> frame = _frame.AsSpan(0, (int)length);
        chain.Read(frame);
        if ((header[0] & NeedsChecksum) != 0 && !TryCompleteChecksum(header, frame))
        {
            LostFrames++;
            return;
        }

        _card.Backend.Send(_clock.Now, frame);
    }

    /// <summary>The guest has put the pseudo header's sum into the field; the sum of the rest is added (5.1.6.2).</summary>
    private static bool TryCompleteChecksum(ReadOnlySpan<byte> header, Span<byte> frame)
    {
        int start = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        int field = start + BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (start >= frame.Length || field + 2 > frame.Length) return false;

        uint sum = 0;
        for (int index = start; index < frame.Length; index++)
            sum += (uint)(((index - start) & 1) == 0 ? frame[index] << 8 : frame[index]);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        ushort checksum = (ushort)~sum;
        // A UDP sum of zero would mean "none"; all ones is the same number.
        BinaryPrimitives.WriteUInt16BigEndian(frame[field..], checksum == 0 ? (ushort)0xFFFF : checksum);
        return true;
    }

    private void FillBuffers()
    {
        if (!Transport.IsRunning) return;
        int filled = 0;
        while (filled < _state.Waiting.Length && TryFill(_state.Waiting[filled].Content)) filled++;
        if (filled > 0) _state.Waiting = _state.Waiting[filled..];
        Transport.Queue(ReceiveQueue).AskForNotification();
        Transport.SignalUsed(ReceiveQueue);
    }

    /// <summary>Puts a frame into one buffer, or into several where the driver can merge; false while they do not suffice.</summary>
    private bool TryFill(byte[] frame)
    {
        Virtqueue queue = Transport.Queue(ReceiveQueue);
        bool merges = (Transport.Features & MergeFeature) != 0;
        List<VirtqueueChain> chains = [];
        ulong room = 0;
        while (room < (ulong)(frame.Length + HeaderBytes))
        {
            VirtqueueChain chain = Transport.NewChain();
            if (chains.Count >= (merges ? queue.Size : 1) || !queue.TryTake(chain))
            {
                if (queue.IsEnabled) queue.PutBack(chains.Count);
                return false;
            }

            chains.Add(chain);
            room += chain.WritableBytes;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)chains.Count);
        ReadOnlySpan<byte> rest = [.. header, .. frame];
        foreach (VirtqueueChain chain in chains)
        {
            rest = rest[chain.Write(rest)..];
            queue.Complete(chain.Head, chain.WrittenBytes);
        }

        return true;
    }
}
