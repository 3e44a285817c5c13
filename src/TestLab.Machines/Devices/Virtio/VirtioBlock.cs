using System.Buffers.Binary;
using System.Text;
using TestLab.Machines.Devices.Storage;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>virtio-blk: a disk whose requests finish in order, each at its virtual time.</summary>
/// <remarks>
/// Source: Virtual I/O Device 1.2, 5.2. Between acceptance and completion a request is only its descriptor; data moves at
/// the moment of completion, in one piece, so a snapshot never meets a transfer half done.
/// </remarks>
public sealed class VirtioBlock : VirtioDevice, ISnapshotable<VirtioBlockState>
{
    public const ulong RequestLimitBytes = 32 << 20;

    private const ulong SegmentLimitFeature = 1UL << 2;
    private const ulong ReadOnlyFeature = 1UL << 5;
    private const ulong FlushFeature = 1UL << 9;
    private const int SegmentLimit = 254; // A queue's length less header and status.
    private const int HeaderBytes = 16;
    private const int IdentityBytes = 20;
    private const int PieceBytes = 64 << 10;

    private readonly IClock _clock;
    private readonly EventTimer _timer;
    private readonly IBlockBackend _medium;
    private readonly string _identity;
    private readonly DiskTiming _timing;
    private VirtioBlockState _state = VirtioBlockState.PowerOn;

    public VirtioBlock(IClock clock, EventQueue events, IBlockBackend medium, string identity, DiskTiming timing)
    {
        (_clock, _medium, _identity, _timing) = (clock, medium, identity, timing);
        _timer = events.CreateTimer("disk", Finish);
    }

    private enum Request : uint { Read = 0, Write = 1, Flush = 4, Identify = 8 }

    private enum Result : byte { Done = 0, Failed = 1, Unsupported = 2 }

    public override ushort DeviceType => 2;

    public override uint ClassCode => 0x01_0000;

    public override int QueueCount => 1;

    public override ulong Features => SegmentLimitFeature | FlushFeature | (_medium.IsReadOnly ? ReadOnlyFeature : 0);

    public override byte ReadConfig(int offset) => offset switch
    {
        < 8 => (byte)(_medium.SectorCount >> (8 * offset)),
        >= 12 and < 16 => (byte)(SegmentLimit >> (8 * (offset - 12))),
        _ => 0,
    };

    public override void Notify(int queue)
    {
        Virtqueue requests = Transport.Queue(queue);
        VirtqueueChain chain = Transport.NewChain();
        while (_state.Pending.Length < Virtqueue.SizeLimit && requests.TryTake(chain))
        {
            VirtualTime start = VirtualTime.Max(_clock.Now, _state.BusyUntil);
            ulong bytes = Math.Min(chain.ReadableBytes + chain.WritableBytes, RequestLimitBytes);
            _state.BusyUntil = start.After(_timing.NanosecondsFor(bytes));
            _state.Pending = [.. _state.Pending, new() { Head = chain.Head, Due = _state.BusyUntil }];
        }

        requests.AskForNotification();
        Arm();
    }

    public override void Reset()
    {
        _state = VirtioBlockState.PowerOn;
        _timer.Disarm();
    }

    public VirtioBlockState Save() => _state with { Pending = [.. _state.Pending] };

    public void Restore(in VirtioBlockState state)
    {
        _state = state with { Pending = [.. state.Pending] };
        Arm();
    }

    private void Arm() => _timer.Arm(_state.Pending.Length == 0 ? VirtualTime.Never : _state.Pending[0].Due);

    private void Finish(VirtualTime due)
    {
        Virtqueue requests = Transport.Queue(0);
        ushort head = _state.Pending[0].Head;
        _state.Pending = _state.Pending[1..];
        Arm();
        VirtqueueChain chain = Transport.NewChain();
        if (!Transport.IsRunning || !requests.TryOpen(head, chain)) return;

        Execute(chain);
        requests.Complete(head, chain.WrittenBytes);
        Transport.SignalUsed(0);
        // A full list of pending requests may have left some in the ring.
        if (_state.Pending.Length == Virtqueue.SizeLimit - 1) Notify(0);
    }

    private void Execute(VirtqueueChain chain)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (chain.Read(header) < HeaderBytes || chain.WritableBytes == 0) return;
        ulong sector = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        Result result = (Request)BinaryPrimitives.ReadUInt32LittleEndian(header) switch
        {
            Request.Read => Read(chain, sector),
            Request.Write => Write(chain, sector),
            Request.Flush => _medium.TryFlush() ? Result.Done : Result.Failed,
            Request.Identify => Identify(chain),
            _ => Result.Unsupported,
        };
        // The status is the last byte, behind data that may not have come.
        Span<byte> nothing = stackalloc byte[256];
        nothing.Clear();
        while (chain.WritableBytes > 1)
        {
            if (chain.WritableBytes > RequestLimitBytes) return;
            chain.Write(nothing[..(int)Math.Min(chain.WritableBytes - 1, (ulong)nothing.Length)]);
        }

        chain.Write([(byte)result]);
    }

    private Result Read(VirtqueueChain chain, ulong sector)
    {
        ulong length = chain.WritableBytes - 1;
        if (!IsOnMedium(sector, length)) return Result.Failed;
        byte[] piece = new byte[Math.Min(length, PieceBytes)];
        for (ulong done = 0; done < length; done += (uint)PieceBytes)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(length - done, PieceBytes));
            if (!_medium.TryRead(sector + done / IBlockBackend.SectorBytes, part)) return Result.Failed;
            chain.Write(part);
        }

        return Result.Done;
    }

    private Result Write(VirtqueueChain chain, ulong sector)
    {
        ulong length = chain.ReadableBytes;
        if (_medium.IsReadOnly || !IsOnMedium(sector, length)) return Result.Failed;
        byte[] piece = new byte[Math.Min(length, PieceBytes)];
        for (ulong done = 0; done < length; done += (uint)PieceBytes)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(length - done, PieceBytes));
            chain.Read(part);
            if (!_medium.TryWrite(sector + done / IBlockBackend.SectorBytes, part)) return Result.Failed;
        }

        return Result.Done;
    }

    private Result Identify(VirtqueueChain chain)
    {
        byte[] identity = new byte[IdentityBytes];
        Encoding.ASCII.GetBytes(_identity.AsSpan(0, Math.Min(_identity.Length, IdentityBytes)), identity);
        chain.Write(identity.AsSpan(0, (int)Math.Min(chain.WritableBytes - 1, IdentityBytes)));
        return Result.Done;
    }

    private bool IsOnMedium(ulong sector, ulong length) =>
        length % IBlockBackend.SectorBytes == 0 && length <= RequestLimitBytes && sector <= _medium.SectorCount
        && length / IBlockBackend.SectorBytes <= _medium.SectorCount - sector;
}
