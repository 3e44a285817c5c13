using System.Runtime.InteropServices;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Execution;

public sealed unsafe class BlockTableTests
{
    private const int Blocks = 60_000; // Many more than fit at first.

    private static readonly CodeWindow[] s_windows = [CodeWindow.WholePage, new(16, 4095)];

    [Test]
    public void ItFindsWhatADictionaryFindsThroughAnyAdditionsAndRemovals()
    {
        var blocks = (Block*)NativeMemory.AllocZeroed(Blocks, (nuint)sizeof(Block));
        using var table = new BlockTable();
        var expected = new Dictionary<(ulong Address, CpuMode Mode, CodeWindow Window), nint>();
        var random = new Random(1);
        for (int i = 0; i < Blocks; i++)
        {
            Block* block = blocks + i;
            block->PhysicalAddress = (ulong)random.Next(1 << 18);
            block->Mode = random.Next(2) == 0 ? CpuMode.Code64 : CpuMode.Code64 | CpuMode.User;
            block->Window = s_windows[random.Next(2)];
            if (expected.TryAdd((block->PhysicalAddress, block->Mode, block->Window), (nint)block)) table.Add(block);
            if (i % 3 != 0) continue;
            Block* other = blocks + random.Next(i + 1);
            if (expected.GetValueOrDefault((other->PhysicalAddress, other->Mode, other->Window)) != (nint)other) continue;
            expected.Remove((other->PhysicalAddress, other->Mode, other->Window));
            table.Remove(other);
        }

        for (ulong address = 0; address < 1 << 18; address++)
        {
            foreach (CpuMode mode in (CpuMode[])[CpuMode.Code64, CpuMode.Code64 | CpuMode.User])
            {
                foreach (CodeWindow window in s_windows)
                    Assert.That((nint)table.Find(address, mode, window), Is.EqualTo(expected.GetValueOrDefault((address, mode, window))));
            }
        }

        table.Clear();
        Assert.That(table.Find(blocks->PhysicalAddress, blocks->Mode, blocks->Window) == null);
        NativeMemory.Free(blocks);
    }
}
