using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Instructions;
using TestLab.Processor.State;

namespace TestLab.Processor.Decoding;

/// <summary>Turns code bytes into blocks of operations.</summary>
/// <remarks>
/// A status flag that is overwritten before anything can see it is not computed. Whatever may fault or leave the block
/// sees all flags, so at every exit the flags are the architecture's.
/// </remarks>
internal sealed unsafe class BlockDecoder
{
    /// <summary>The longest block, in instructions.</summary>
    public const int InstructionLimit = 64;

    /// <summary>Without BMI and LZCNT the encodings of TZCNT and LZCNT are BSF and BSR.</summary>
    public const DecoderOptions Options = DecoderOptions.NoMPFX_0FBC | DecoderOptions.NoMPFX_0FBD;

    public const RflagsBits Status =
        RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;

    private readonly PageReader _reader = new();
    private readonly Decoder[] _decoders;
    private readonly Instruction[] _instructions = new Instruction[InstructionLimit];
    private readonly bool[] _flagsLive = new bool[InstructionLimit];
    private readonly Binding _binding = new();
    private int _count;

    public BlockDecoder() => _decoders = CreateDecoders(_reader);

    public int LengthBytes { get; private set; }

    /// <summary>The decoders of 16-, 32- and 64-bit code.</summary>
    public static Decoder[] CreateDecoders(PageReader reader) =>
        [Decoder.Create(16, reader, Options), Decoder.Create(32, reader, Options), Decoder.Create(64, reader, Options)];

    /// <summary>That of the mode.</summary>
    public static Decoder DecoderOf(Decoder[] decoders, CpuMode mode) =>
        decoders[(mode & CpuMode.Code64) != 0 ? 2 : (mode & CpuMode.Code32) != 0 ? 1 : 0];

    /// <summary>Decodes up to a branch, the limit or the end of the bytes.</summary>
    /// <returns>The number of instructions; 0 where the first one reaches beyond the bytes.</returns>
    public int Read(byte* code, int length, ulong rip, CpuMode mode, int limit)
    {
        Decoder decoder = DecoderOf(_decoders, mode);
        _reader.Set(code, length);
        decoder.IP = rip;
        LengthBytes = 0;
        for (_count = 0; _count < Math.Min(limit, InstructionLimit);)
        {
            ref Instruction instruction = ref _instructions[_count];
            decoder.Decode(out instruction);
            if (decoder.LastError == DecoderError.NoMoreBytes && instruction.Length < 15) break;
            LengthBytes += instruction.Length;
            _count++;
            if (instruction.Code == Code.INVALID || instruction.FlowControl != FlowControl.Next) break;
        }

        return _count;
    }

    /// <summary>Bytes of operations that <see cref="Emit"/> needs at most: one more than instructions.</summary>
    public int OperationLimit => _count + 1;

    /// <summary>Builds the block of what was read; it may end earlier, at an instruction that must be the last.</summary>
    public void Emit(Block* block, ulong physicalAddress, ulong rip, CpuMode mode)
    {
        FindLiveFlags();
        block->PhysicalAddress = physicalAddress;
        block->NextInPage = null;
        block->Mode = mode;
        block->Window = CodeWindow.WholePage;
        block->CrossesPage = false;
        block->Code = 0;
        block->FirstHandler = null;
        block->Executions = 0;
        int offset = 0;
        bool ended = false;
        int i = 0;
        for (; i < _count && !ended; i++)
        {
            Op* op = block->First + i;
            *op = default;
            op->Position = (ushort)i;
            op->Offset = (ushort)offset;
            offset += _instructions[i].Length;
            op->NextOffset = (ushort)offset;
            _binding.Begin(op, _instructions[i], mode, rip, _flagsLive[i]);
            InstructionTable.Instance.Find(_instructions[i].Mnemonic)?.Invoke(_binding);
            if (op->Handler == null)
            {
                op->Handler = _instructions[i].Length >= 15 ? &Flow.InstructionTooLong : &Flow.InvalidOpcode;
                _binding.EndsBlock = true;
            }

            ended = _binding.EndsBlock;
        }

        block->Count = i;
        block->LengthBytes = offset;
        block->OperationCount = i;
        if (ended) return;

        Op* fall = block->First + i;
        *fall = default;
        fall->Position = (ushort)i;
        fall->Offset = fall->NextOffset = (ushort)offset;
        fall->Handler = &Flow.FallThrough;
        fall->Displacement = (mode & CpuMode.Code64) != 0 ? -1 : uint.MaxValue;
        block->OperationCount++;
    }

    private void FindLiveFlags()
    {
        RflagsBits live = Status;
        for (int i = _count - 1; i >= 0; i--)
        {
            ref Instruction instruction = ref _instructions[i];
            RflagsBits modified = Modified(instruction);
            _flagsLive[i] = (modified & live) != 0;
            if (!InstructionTable.Instance.IsPure(instruction)) live = Status;
            else live = (IsConditional(instruction) ? live : live & ~modified) | (instruction.RflagsRead & Status);
        }
    }

    /// <summary>The flags that are new; those that BT and its like leave undefined stay as they are here.</summary>
    private static RflagsBits Modified(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc
            ? RflagsBits.CF : instruction.RflagsModified & Status;

    /// <summary>A shift by CL, or by a masked zero, may leave the flags as they are.</summary>
    private static bool IsConditional(in Instruction instruction) => instruction.Mnemonic is
        Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl
        or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd or Mnemonic.Bsf or Mnemonic.Bsr;
}
