using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Emitters;

namespace TestLab.Processor.Translation;

/// <summary>Writes the code of one block: instruction by instruction, as far as there are emitters.</summary>
/// <remarks>
/// The instructions are read once more from the guest's memory, which still holds them, or the block would be dead. The
/// first one without an emitter ends the code: the interpreter goes on there, to the end of the block.
/// </remarks>
internal sealed unsafe class BlockEmitter
{
    /// <summary>Code for fewer instructions costs more on the way in and out than it saves.</summary>
    private const int ShortestPrefix = 3;

    private readonly GuestMemory _memory;
    private readonly Emission _emission;
    private readonly PageReader _reader = new();
    private readonly Decoder[] _decoders;
    private readonly Instruction[] _instructions = new Instruction[BlockDecoder.InstructionLimit];
    private readonly bool[] _flagsLive = new bool[BlockDecoder.InstructionLimit];

    public BlockEmitter(GuestMemory memory, Emission emission)
    {
        (_memory, _emission) = (memory, emission);
        _decoders = BlockDecoder.CreateDecoders(_reader);
    }

    /// <summary>Writes the block's code at the current position; what is known there of flags and vectors is taken over.</summary>
    /// <param name="block">Alive.</param>
    /// <param name="takesShort">A prefix of the block is worth it, however short.</param>
    /// <returns>False, and nothing written, where it is not worth it.</returns>
    public bool TryEmit(Block* block, bool takesShort)
    {
        if (!TryRead(block)) return false;
        EmissionMark start = _emission.Mark();
        int count = block->Count;
        while (true)
        {
            FindLiveFlags(count);
            int done = Emit(block, count);
            if (done == count) break;
            _emission.Rewind(start);
            if (done < (takesShort || block->CrossesPage ? 1 : ShortestPrefix)) return false;
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
            _emission.Edges.GoOn((long)_instructions[count - 1].NextIP, isOther: true);
        }

        return true;
    }

    private bool TryRead(Block* block)
    {
        int offset = (int)(block->PhysicalAddress & (GuestMemory.PageSize - 1));
        byte* bytes = _memory.Frame(_memory.PageOf(block->PhysicalAddress)) + offset;
        if (block->CrossesPage)
        {
            int here = GuestMemory.PageSize - offset;
            if (here >= block->LengthBytes) return false;
            byte* gathered = stackalloc byte[block->LengthBytes];
            _memory.TryRead(block->PhysicalAddress, new Span<byte>(gathered, here));
            _memory.TryRead(block->NextPage, new Span<byte>(gathered + here, block->LengthBytes - here));
            bytes = gathered;
        }

        _reader.Set(bytes, block->LengthBytes);
        Decoder decoder = BlockDecoder.DecoderOf(_decoders, block->Mode);
        decoder.IP = (ulong)offset;
        for (int i = 0; i < block->Count; i++) decoder.Decode(out _instructions[i]);
        return true;
    }

    private int Emit(Block* block, int count)
    {
        _emission.BeginBlock(block);
        if (block->CrossesPage)
        {
            _emission.Flags.SaveMemory();
            _emission.CheckCrossing();
        }

        bool hasLast = count == block->OperationCount;
        for (int i = 0; i < count; i++)
        {
            if (_emission.Flags.NeedsAddress && !KeepsAddress(_instructions[i])) _emission.Flags.SaveMemory();
            int run = StackRuns.LengthAt(_emission, _instructions.AsSpan(i, count - i), hasLast);
            if (run != 0)
            {
                StackRuns.Emit(_emission, _instructions.AsSpan(i, run), i, _flagsLive.AsSpan(i, run));
                i += run - 1;
                continue;
            }

            InstructionEmitter? emitter = EmitterTable.Instance.Find(_instructions[i].Mnemonic);
            _emission.BeginInstruction(i, _flagsLive[i]);
            if (emitter is null || EndsWithoutBranch(block, i) || !emitter(_emission, _instructions[i])) return i;
        }

        return count;
    }

    /// <summary>R10 and what it points to are as before, or no operand of the flags any more, wherever the instruction can be left.</summary>
    private static bool KeepsAddress(in Instruction instruction)
    {
        if (instruction.IsJccShortOrNear || instruction.IsJmpShortOrNear) return true;
        return EmitterTable.Instance.ReplacesFlags(instruction) && !EmitterTable.Instance.MayExit(instruction)
            && (instruction.RflagsRead & BlockDecoder.Status) == 0;
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
