using System.Buffers.Binary;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Virtio;
using TestLab.Machines.Tests.Virtio;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Network;

/// <summary>What the card does for the guest must leave the wire as it would be without it.</summary>
public sealed class OffloadTests
{
    private const ulong Data = 0x40_0000;
    private const ulong Checksum = 1, GuestChecksum = 2, Segmentation4 = 1 << 11, Segmentation6 = 1 << 12, Merge = 1 << 15;
    private const int SegmentBytes = 1448;

    private MachineBench _bench = new();

    [SetUp]
    public void Create() => _bench = new MachineBench();

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [TestCase(false, 0)]
    [TestCase(false, 1)]
    [TestCase(true, 0)]
    [TestCase(true, 2)]
    public void ALargeSegmentIsCutIntoTheFramesAKernelWouldSend(bool isVersion6, int tags)
    {
        byte[] payload = new byte[10_000];
        new RandomStream(1, "offload", "payload").Fill(payload);
        byte[] large = TcpFrame(isVersion6, tags, payload, flags: 0x99, sequence: uint.MaxValue - 3_000, identification: 65_534);
        Send(large, isVersion6 ? (byte)4 : (byte)(1 | 0x80), SegmentBytes, tags, isVersion6);

        List<byte[]> frames = [.. _bench.Cable.Frames.Select(sent => sent.Frame)];
        Assert.That(frames, Has.Count.EqualTo(7));
        Assert.Multiple(() =>
        {
            for (int index = 0; index < frames.Count; index++)
            {
                int from = index * SegmentBytes;
                // CWR (80h) in the first, PSH and FIN (09h) in the last, ACK (10h) in all.
                byte flags = (byte)(0x10 | (index == 0 ? 0x80 : 0) | (index == frames.Count - 1 ? 0x09 : 0));
                byte[] expected = TcpFrame(isVersion6, tags, payload[from..Math.Min(payload.Length, from + SegmentBytes)],
                    flags, unchecked(uint.MaxValue - 3_000 + (uint)from), (ushort)(65_534 + index), isComplete: true);
                Assert.That(frames[index], Is.EqualTo(expected), $"frame {index}");
                Assert.That(PacketHeaders.HasRightChecksum(frames[index]), $"checksum of frame {index}");
            }
        });
    }

    [TestCase(2, SegmentBytes, 1, TestName = "NoSuchKindOfSegmentation")]
    [TestCase(1, 0, 1, TestName = "SegmentsOfNothing")]
    [TestCase(1, TcpSegmenter.SegmentMinimumBytes - 1, 1, TestName = "SegmentsTooSmall")]
    [TestCase(4, SegmentBytes, 1, TestName = "AnotherVersionOfIp")]
    [TestCase(1, SegmentBytes, 0, TestName = "WithoutAChecksumToComplete")]
    public void ASegmentationThatDoesNotFitTheFrameIsALostFrame(int kind, int segmentBytes, int flags)
    {
        Send(TcpFrame(false, 0, new byte[5_000], 0x10, 1, 1), (byte)kind, segmentBytes, 0, false, (byte)flags);
        Assert.That(_bench.Cable.Frames, Is.Empty);
        Assert.That(_bench.Machine.Networks[0].Statistics.LostFrames, Is.EqualTo(1));
    }

    [Test]
    public void SegmentationThatWasNotAgreedOnIsALostFrame()
    {
        Send(TcpFrame(false, 0, new byte[5_000], 0x10, 1, 1), 1, SegmentBytes, 0, false, features: Checksum);
        Assert.That(_bench.Cable.Frames, Is.Empty);
    }

    [Test]
    public void AReceivedChecksumIsCalledRightOnlyIfItIs([Values] bool isRight, [Values] bool isVersion6)
    {
        byte[] frame = TcpFrame(isVersion6, 0, new byte[100], 0x10, 1, 1, isComplete: true);
        if (!isRight) frame[^1] ^= 4;
        Assert.That(Receive(frame, GuestChecksum), Is.EqualTo(isRight ? 2 : 0));
    }

    [Test]
    public void AGuestThatChecksItselfIsToldNothing() =>
        Assert.That(Receive(TcpFrame(false, 0, new byte[100], 0x10, 1, 1, isComplete: true), 0), Is.Zero);

    [Test]
    public void PaddingAndFragmentsAndUnknownProtocolsHaveNoChecksumOfTheWhole()
    {
        byte[] padded = [.. TcpFrame(false, 0, [], 0x10, 1, 1, isComplete: true), 1, 2, 3, 4, 5, 6];
        Assert.That(PacketHeaders.HasRightChecksum(padded), "padding is not of the packet");
        byte[] fragment = TcpFrame(false, 0, new byte[64], 0x10, 1, 1, isComplete: true);
        fragment[14 + 6] |= 0x20; // More fragments.
        Assert.That(PacketHeaders.HasRightChecksum(fragment), Is.False);
        byte[] other = TcpFrame(false, 0, new byte[64], 0x10, 1, 1, isComplete: true);
        other[14 + 9] = 50;
        Assert.That(PacketHeaders.HasRightChecksum(other), Is.False);
    }

    [Test]
    public void FramesOfAnyBytesHarmNobody()
    {
        var random = new RandomStream(3, "offload", "fuzz");
        byte[] good = TcpFrame(false, 1, new byte[600], 0x18, 1, 1, isComplete: true);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] frame = good[..(int)(1 + random.NextBelow((ulong)good.Length))];
            for (int change = 0; change < 3; change++) frame[(int)random.NextBelow((ulong)Math.Min(frame.Length, 60))] = (byte)random.Next();
            PacketHeaders.HasRightChecksum(frame);
            if (!TcpSegmenter.TryBegin(frame, random.NextBelow(2) == 0, 48 + (int)random.NextBelow(100), out TcpSegmenter segmenter)) continue;
            int count = 0;
            while (segmenter.TryNext(out ReadOnlySpan<byte> piece))
            {
                count++;
                Assert.That(piece.Length, Is.LessThanOrEqualTo(frame.Length));
            }

            Assert.That(count, Is.InRange(1, 600 / 48 + 1), $"round {round}");
        }
    }

    [Test]
    public void TheChecksumOfAnyLengthIsTheSumOfItsWords()
    {
        var random = new RandomStream(2, "offload", "sum");
        byte[] bytes = new byte[100];
        random.Fill(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            ulong sum = 0;
            for (int index = 0; index < length; index++) sum += (ulong)bytes[index] << ((index & 1) == 0 ? 8 : 0);
            while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
            ushort expected = (ushort)~sum == 0 ? ushort.MaxValue : (ushort)~sum;
            Assert.That(InternetChecksum.Finish(InternetChecksum.Sum(bytes.AsSpan(0, length))), Is.EqualTo(expected), $"{length} bytes");
        }
    }

    [Test]
    public void TheCableIsSeenByTheGuestAndNothingPassesWithoutIt()
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(1 << 16, 0, 1);
        driver.Add(0, 0, (Data, 2000, true));
        Assert.That(_bench.Bus.ReadDevice(driver.Registers + 0x2006, 2), Is.EqualTo(1));
        ulong generation = _bench.Bus.ReadDevice(driver.Registers + 0x15, 1);
        _bench.Machine.Networks[0].HasCarrier = false;
        Assert.Multiple(() =>
        {
            Assert.That(_bench.Bus.ReadDevice(driver.Registers + 0x2006, 2), Is.Zero);
            Assert.That(_bench.Bus.ReadDevice(driver.Registers + 0x15, 1), Is.Not.EqualTo(generation));
            Assert.That(_bench.Bus.ReadDevice(driver.Registers + 0x1000, 1), Is.EqualTo(2), "a change of configuration interrupts");
        });
        _bench.Machine.Networks[0].Receive(new byte[60]);
        driver.Write(Data + 0x1000, new byte[12 + 60]);
        driver.Add(1, 0, (Data + 0x1000, 72, false));
        driver.Notify(1);
        Assert.That(driver.Take(0), Is.Null);
        Assert.That(_bench.Cable.Frames, Is.Empty);
        _bench.Machine.Networks[0].HasCarrier = true;
        _bench.Machine.Networks[0].Receive(new byte[60]);
        Assert.That(driver.Take(0), Is.EqualTo((0u, 72u)));
    }

    [Test]
    public void AFrameCostsNoAllocation()
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(GuestChecksum | Merge, 0, 1);
        byte[] frame = new byte[1514];
        Exchange(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1_000; round++) _bench.Machine.Networks[0].Receive(frame);
        // The guest has no buffers left: all of them wait or are lost.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Exchange(int count)
        {
            for (int round = 0; round < count; round++)
            {
                driver.Add(0, 0, (Data, 2000, true));
                _bench.Machine.Networks[0].Receive(frame);
                Assert.That(driver.Take(0), Is.EqualTo((0u, 1526u)));
            }

            for (int round = 0; round < VirtioNetworkLimit; round++) _bench.Machine.Networks[0].Receive(frame);
        }
    }

    private const int VirtioNetworkLimit = VirtioNetwork.WaitingLimit + 1;

    private byte Receive(byte[] frame, ulong features)
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(features, 0, 1);
        driver.Add(0, 0, (Data, 2000, true));
        _bench.Machine.Networks[0].Receive(frame);
        Assert.That(driver.Take(0), Is.Not.Null);
        return driver.Read(Data, 1)[0];
    }

    private void Send(
        byte[] frame, byte kind, int segmentBytes, int tags, bool isVersion6, byte flags = 1,
        ulong features = Checksum | Segmentation4 | Segmentation6)
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(features, 0, 1);
        byte[] header = new byte[12];
        (header[0], header[1]) = (flags, kind);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)segmentBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)(14 + 4 * tags + (isVersion6 ? 40 : 20)));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), 16);
        driver.Write(Data, [.. header, .. frame]);
        driver.Add(1, 0, (Data, 12, false), (Data + 12, 1000, false), (Data + 1012, (uint)frame.Length - 1000, false));
        driver.Notify(1);
        Assert.That(driver.Take(1), Is.EqualTo((0u, 0u)));
    }

    /// <summary>An Ethernet frame with a TCP segment; complete ones have their lengths and checksums.</summary>
    private static byte[] TcpFrame(
        bool isVersion6, int tags, byte[] payload, byte flags, uint sequence, ushort identification, bool isComplete = false)
    {
        byte[] ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
        byte[] tagBytes = [.. Enumerable.Repeat((byte[])[0x81, 0, 0, 7], tags).SelectMany(tag => tag)];
        byte[] tcp = new byte[32 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), 80);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        (tcp[12], tcp[13], tcp[20], tcp[21]) = (0x80, flags, 1, 1);
        payload.CopyTo(tcp, 32);
        byte[] ip = new byte[isVersion6 ? 40 : 20];
        ReadOnlySpan<byte> addresses;
        if (isVersion6)
        {
            (ip[0], ip[6], ip[7], ip[8], ip[23], ip[24], ip[39]) = (0x60, 6, 64, 0xFD, 1, 0xFD, 2);
            addresses = ip.AsSpan(8, 32);
            if (isComplete) BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)tcp.Length);
        }
        else
        {
            (ip[0], ip[6], ip[8], ip[9], ip[12], ip[15], ip[16], ip[19]) = (0x45, 0x40, 64, 6, 10, 1, 10, 2);
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), identification);
            addresses = ip.AsSpan(12, 8);
            if (isComplete)
            {
                BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + tcp.Length));
                BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), Sum(ip));
            }
        }

        if (isComplete)
        {
            byte[] length = [0, 0, (byte)(tcp.Length >> 8), (byte)tcp.Length];
            BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), Sum([.. addresses, 0, 6, .. length[2..], .. tcp]));
        }

        return [.. ethernet, .. tagBytes, .. isVersion6 ? (byte[])[0x86, 0xDD] : [8, 0], .. ip, .. tcp];
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int index = 0; index < bytes.Length; index++) sum += (uint)bytes[index] << ((index & 1) == 0 ? 8 : 0);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
