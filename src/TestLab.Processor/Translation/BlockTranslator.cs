using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Emitters;

namespace TestLab.Processor.Translation;

/// <summary>Turns a decoded block into host code: instruction by instruction, as far as there are emitters.</summary>
/// <remarks>
/// The instructions are read once more from the guest's memory, which still holds them, or the block would be dead. The
/// first one without an emitter ends the translation: the interpreter goes on there, to the end of the block.
/// </remarks>
internal sealed unsafe class BlockTranslator(GuestMemory memory, CommonCode common)
{
    /// <summary>A translation of fewer instructions costs more on the way in and out than it saves.</summary>
    private const int ShortestPrefix = 3;

    private readonly PageReader _reader = new();
    private readonly Instruction[] _instructions = new Instruction[BlockDecoder.InstructionLimit];
    private readonly bool[] _flagsLive = new bool[BlockDecoder.InstructionLimit];
    private readonly Emission _emission = new() { Exits = { Common = common } };

    /// <summary>The edges of the last translation, to be closed by whoever asked for it.</summary>
    public IReadOnlyList<OpenEdge> Edges => _emission.Exits.Edges;

    /// <summary>Writes the block's code.</summary>
    /// <param name="block">Alive, in flat code.</param>
    /// <param name="start">Where to write.</param>
    /// <param name="limit">What must not be passed.</param>
    /// <param name="firstEdge">The number that the first edge will have.</param>
    /// <param name="shortest">Instructions at least, if it is not the whole block.</param>
    /// <returns>The end of the code, or null where it is not worth it or does not fit; see <see cref="IsFull"/>.</returns>
    public byte* TryTranslate(Block* block, byte* start, byte* limit, int firstEdge, bool shortest = true)
    {
        Read(block);
        int count = block->Count;
        while (true)
        {
            FindLiveFlags(count);
            int done = Emit(block, start, limit, count);
            if (done == count) break;
            if (done < (shortest ? ShortestPrefix : 1)) return null;
            count = done;
        }

        if (count < block->Count)
        {
            _emission.BeginInstruction(count, flagsLive: true);
            _emission.Exits.Leave();
        }
        else if (block->OperationCount > block->Count)
        {
            _emission.BeginInstruction(count, flagsLive: true);
            Branches.EmitFallThrough(_emission, (long)_instructions[count - 1].NextIP);
        }

        _emission.Exits.Complete(firstEdge, _emission.Word);
        return _emission.Code.IsFull ? null : _emission.Code.Position;
    }

    public bool IsFull => _emission.Code.IsFull;

    private void Read(Block* block)
    {
        int page = memory.PageOf(block->PhysicalAddress);
        int offset = (int)(block->PhysicalAddress & (GuestMemory.PageSize - 1));
        _reader.Set(memory.Frame(page) + offset, block->LengthBytes);
        int bits = (block->Mode & CpuMode.Code64) != 0 ? 64 : 32;
        var decoder = Decoder.Create(bits, _reader, BlockDecoder.Options);
        decoder.IP = (ulong)offset;
        for (int i = 0; i < block->Count; i++) decoder.Decode(out _instructions[i]);
    }

    private int Emit(Block* block, byte* start, byte* limit, int count)
    {
        _emission.Begin(block, start, limit);
        _emission.Exits.EmitPrologue();
        for (int i = 0; i < count; i++)
        {
            InstructionEmitter? emitter = EmitterTable.Instance.Find(_instructions[i].Mnemonic);
            _emission.BeginInstruction(i, _flagsLive[i]);
            if (emitter is null || EndsWithoutBranch(block, i) || !emitter(_emission, _instructions[i])) return i;
        }

        return count;
    }

    /// <summary>The interpreter ends the block here, though it is no branch: something is special about the instruction.</summary>
    private bool EndsWithoutBranch(Block* block, int index) =>
        index == block->OperationCount - 1 && _instructions[index].FlowControl == FlowControl.Next;

    /// <summary>Flags are live where an exit may show them before all of them are replaced.</summary>
    private void FindLiveFlags(int count)
    {
        bool live = true;
        for (int i = count - 1; i >= 0; i--)
        {
            ref Instruction instruction = ref _instructions[i];
            _flagsLive[i] = live;
            bool reads = (instruction.RflagsRead & BlockDecoder.Status) != 0;
            live = reads || EmitterTable.Instance.MayExit(instruction) || (live && !EmitterTable.Instance.ReplacesFlags(instruction));
        }
    }
}
