using System.Buffers.Binary;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

/// <summary>What is kept of a capture that may go on for ever.</summary>
public sealed class LastFramesTests
{
    private const uint InterfaceBlock = 1;
    private const uint StatisticsBlock = 5;
    private const uint FrameBlock = 6;
    private const int BlockBytes = 1 << 10;

    [Test]
    public void TheHeadAndTheLastFramesAreKeptWithinTheLimit()
    {
        const int FrameLimit = LastFrames.LimitBytes / BlockBytes;
        var frames = new LastFrames();
        frames.Write(Block(InterfaceBlock, 0));
        for (uint number = 0; number < FrameLimit + 10; number++) frames.Write(Block(FrameBlock, number));
        frames.Write(Block(StatisticsBlock, 0));
        using var stream = new MemoryStream();
        frames.CopyTo(stream);
        byte[] kept = stream.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(kept, Has.Length.EqualTo(LastFrames.LimitBytes + 2 * BlockBytes));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(kept), Is.EqualTo(InterfaceBlock));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(kept.AsSpan(BlockBytes + 4)), Is.EqualTo(10), "The first are gone.");
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(kept.AsSpan(kept.Length - BlockBytes)), Is.EqualTo(StatisticsBlock));
        });
    }

    private static byte[] Block(uint type, uint number)
    {
        byte[] block = new byte[BlockBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), number);
        return block;
    }
}
