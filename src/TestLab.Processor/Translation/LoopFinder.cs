using TestLab.Processor.Execution;

namespace TestLab.Processor.Translation;

/// <summary>Which of the blocks that may go into a unit are part of a loop there.</summary>
internal sealed unsafe class LoopFinder
{
    /// <summary>Blocks that are looked at: a bit each in a word.</summary>
    private const int Limit = 32;

    /// <summary>An indirect jump in the page may well have led here.</summary>
    private const uint EntryBit = 1;

    private readonly nint[] _blocks = new nint[Limit];
    private readonly uint[] _reached = new uint[Limit];
    private int _count;

    /// <summary>Looks at a block and those it leads to, as far as they have been executed often.</summary>
    /// <param name="entry">Alive.</param>
    /// <param name="executionsLeft">See <see cref="Block.IsColderThan"/>.</param>
    public void Find(Block* entry, int executionsLeft)
    {
        _blocks[0] = (nint)entry;
        _count = 1;
        for (int i = 0; i < _count; i++)
        {
            Op* last = ((Block*)_blocks[i])->Last;
            _reached[i] = BitOf(last->Link, executionsLeft) | BitOf(last->OtherLink, executionsLeft);
            if (last->StaysInPage) _reached[i] |= EntryBit;
        }

        for (int middle = 0; middle < _count; middle++)
        {
            for (int i = 0; i < _count; i++)
                if ((_reached[i] >> middle & 1) != 0) _reached[i] |= _reached[middle];
        }
    }

    /// <summary>Whether the block leads back to itself.</summary>
    public bool Contains(Block* block)
    {
        int index = Array.IndexOf(_blocks, (nint)block, 0, _count);
        return index >= 0 && (_reached[index] >> index & 1) != 0;
    }

    private uint BitOf(Block* block, int executionsLeft)
    {
        if (block == null || block->Count == 0 || block->IsColderThan(executionsLeft)) return 0;
        int index = Array.IndexOf(_blocks, (nint)block, 0, _count);
        if (index < 0)
        {
            if (_count == Limit) return 0;
            index = _count++;
            _blocks[index] = (nint)block;
        }

        return 1U << index;
    }
}
