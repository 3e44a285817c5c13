using System.Buffers.Binary;
using TestLab.Machines.Devices.Network;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>virtio-net: frames of the guest go out at the moment of its notification, others come in as they arrive.</summary>
/// <remarks>
/// Source: Virtual I/O Device 1.2, 5.1. The offloads are those of honest hardware: checksums of what the guest sends are
/// completed and large TCP segments cut before the link, so that the wire carries what it would carry without them; a
/// received checksum is called right only when the card has found it right. Nothing is allocated for a frame.
/// </remarks>
public sealed class VirtioNetwork : VirtioDevice, ISnapshotable<VirtioNetworkState>
{
    /// <summary>Frames in the card for which the guest has no buffers; more are lost.</summary>
    public const int WaitingLimit = 256;

    public const int FrameMinimumBytes = 14;

    private const int ReceiveQueue = 0;
    private const int TransmitQueue = 1;
    private const ulong ChecksumFeature = 1UL << 0;
    private const ulong GuestChecksumFeature = 1UL << 1;
    private const ulong AddressFeature = 1UL << 5;
    private const ulong Segmentation4Feature = 1UL << 11;
    private const ulong Segmentation6Feature = 1UL << 12;
    private const ulong SegmentationNotificationFeature = 1UL << 13;
    private const ulong MergeFeature = 1UL << 15;
    private const ulong StatusFeature = 1UL << 16;

    private readonly IClock _clock;
    private readonly NetworkCard _card;
    private readonly FrameQueue _waiting = new(WaitingLimit);
    private readonly List<VirtqueueChain> _chains = [];
    private readonly byte[] _sent = new byte[Frame.LimitBytes];
    private readonly byte[] _received = new byte[NetworkHeader.LengthBytes + Frame.LimitBytes];
    private bool _isCableOut;

    public VirtioNetwork(IClock clock, NetworkCard card) => (_clock, _card) = (clock, card);

    public override ushort DeviceType => 1;

    public override uint ClassCode => 0x02_0000;

    public override int QueueCount => 2;

    public override ulong Features =>
        ChecksumFeature | GuestChecksumFeature | AddressFeature | Segmentation4Feature | Segmentation6Feature
        | SegmentationNotificationFeature | MergeFeature | StatusFeature;

    public MacAddress Address => _card.Address;

    /// <summary>Counters of the card, for people.</summary>
    public NetworkStatistics Statistics { get; } = new();

    /// <summary>Whether the cable is plugged in; a change interrupts the guest, and without it nothing comes or goes.</summary>
    public bool HasCarrier
    {
        get => !_isCableOut;
        set
        {
            if (value == HasCarrier) return;
            _isCableOut = !value;
            Transport.SignalConfig();
        }
    }

    public override byte ReadConfig(int offset)
    {
        Span<byte> address = stackalloc byte[MacAddress.LengthBytes];
        _card.Address.CopyTo(address);
        return offset switch
        {
            < MacAddress.LengthBytes => address[offset],
            MacAddress.LengthBytes => (byte)(_isCableOut ? 0 : 1),
            _ => 0,
        };
    }

    /// <summary>A frame arrives now.</summary>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        bool isTaken = frame.Length is >= FrameMinimumBytes and <= Frame.LimitBytes && HasCarrier && Transport.IsRunning
            && ((_waiting.Count == 0 && TryFill(frame)) || _waiting.TryAdd(frame));
        if (!isTaken) Statistics.LostFrames++;
        EndReceiving();
    }

    public override void Notify(int queue)
    {
        if (queue == TransmitQueue) Transmit();
        else FillBuffers();
    }

    public override void Start() => FillBuffers();

    /// <summary>What is in the card is lost; the cable stays where it is.</summary>
    public override void Reset() => _waiting.Clear();

    public VirtioNetworkState Save() => new()
    {
        Waiting = [.. _waiting.Copy().Select(content => new VirtioNetworkState.Frame { Content = content })],
        IsCableOut = _isCableOut,
    };

    public void Restore(in VirtioNetworkState state)
    {
        _isCableOut = state.IsCableOut;
        _waiting.Clear();
        foreach (VirtioNetworkState.Frame frame in state.Waiting) _waiting.TryAdd(frame.Content);
    }

    private VirtqueueChain Chain(int index)
    {
        while (_chains.Count <= index) _chains.Add(Transport.NewChain());
        return _chains[index];
    }

    private void Transmit()
    {
        Virtqueue queue = Transport.Queue(TransmitQueue);
        VirtqueueChain chain = Chain(0);
        for (int count = 0; count < Virtqueue.SizeLimit && queue.TryTake(chain); count++)
        {
            if (!TrySend(chain)) Statistics.LostFrames++;
            queue.Complete(chain.Head, 0);
        }

        queue.AskForNotification();
        Transport.SignalUsed(TransmitQueue);
    }

    /// <summary>False for a frame too short or too long, or with an offload that was not agreed on or does not fit it.</summary>
    private bool TrySend(VirtqueueChain chain)
    {
        Span<byte> header = stackalloc byte[NetworkHeader.LengthBytes];
        int headerLength = chain.Read(header);
        ulong length = chain.ReadableBytes;
        if (headerLength < NetworkHeader.LengthBytes || length is < FrameMinimumBytes or > Frame.LimitBytes || !HasCarrier) return false;
        Span<byte> frame = _sent.AsSpan(0, (int)length);
        chain.Read(frame);

        NetworkHeader offload = NetworkHeader.Read(header);
        switch (offload.Segmentation)
        {
            case NetworkHeader.Kind.None:
                if (offload.NeedsChecksum && !TryCompleteChecksum(offload, frame)) return false;
                Send(frame);
                return true;
            case NetworkHeader.Kind.Tcp4 when Has(Segmentation4Feature): return TrySegment(offload, frame, isVersion6: false);
            case NetworkHeader.Kind.Tcp6 when Has(Segmentation6Feature): return TrySegment(offload, frame, isVersion6: true);
            default: return false;
        }
    }

    private bool Has(ulong feature) => (Transport.Features & feature) != 0;

    private bool TrySegment(in NetworkHeader offload, Span<byte> frame, bool isVersion6)
    {
        // A frame to be cut has its checksum left to the card too (5.1.6.2.1).
        if (!offload.NeedsChecksum) return false;
        if (!TcpSegmenter.TryBegin(frame, isVersion6, offload.SegmentBytes, out TcpSegmenter segmenter)) return false;
        Statistics.SegmentedFrames++;
        while (segmenter.TryNext(out ReadOnlySpan<byte> piece)) Send(piece);
        return true;
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        Statistics.SentFrames++;
        _card.Cable.Send(_clock.Now, frame);
    }

    /// <summary>The guest has put the pseudo header's sum into the field; the sum of the rest is added (5.1.6.2).</summary>
    private static bool TryCompleteChecksum(in NetworkHeader offload, Span<byte> frame)
    {
        if (offload.ChecksumStart >= frame.Length || offload.ChecksumField + 2 > frame.Length) return false;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(frame[offload.ChecksumStart..]));
        BinaryPrimitives.WriteUInt16BigEndian(frame[offload.ChecksumField..], checksum);
        return true;
    }

    private void FillBuffers()
    {
        if (!Transport.IsRunning) return;
        while (_waiting.Count > 0 && TryFill(_waiting.First)) _waiting.RemoveFirst();
        EndReceiving();
    }

    private void EndReceiving()
    {
        // New buffers are of interest only while a frame waits for them; a guest that refills a ring is left alone.
        if (_waiting.Count > 0) Transport.Queue(ReceiveQueue).AskForNotification();
        Transport.SignalUsed(ReceiveQueue);
    }

    /// <summary>Puts a frame into one buffer, or into several where the driver can merge; false while they do not suffice.</summary>
    private bool TryFill(ReadOnlySpan<byte> frame)
    {
        Virtqueue queue = Transport.Queue(ReceiveQueue);
        int limit = Has(MergeFeature) ? queue.Size : 1;
        int length = NetworkHeader.LengthBytes + frame.Length;
        int count = 0;
        for (ulong room = 0; room < (ulong)length; count++)
        {
            if (count >= limit || !queue.TryTake(Chain(count)))
            {
                if (queue.IsEnabled) queue.PutBack(count);
                return false;
            }

            room += Chain(count).WritableBytes;
        }

        frame.CopyTo(_received.AsSpan(NetworkHeader.LengthBytes));
        bool hasRightChecksum = Has(GuestChecksumFeature) && PacketHeaders.HasRightChecksum(frame);
        NetworkHeader.WriteReceived(_received, hasRightChecksum, count);
        ReadOnlySpan<byte> rest = _received.AsSpan(0, length);
        for (int index = 0; index < count; index++)
        {
            rest = rest[_chains[index].Write(rest)..];
            queue.Complete(_chains[index].Head, _chains[index].WrittenBytes);
        }

        Statistics.ReceivedFrames++;
        return true;
    }
}
