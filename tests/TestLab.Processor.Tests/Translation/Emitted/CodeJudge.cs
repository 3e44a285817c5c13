using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>Follows translated code along all its ways, instruction by instruction, and says what it could do that it must not.</summary>
/// <remarks>
/// Units may touch their own places in the state, a few bytes of the host's stack, entries of the translation buffer and of
/// the jump cache, and what R10 points to once a check has shown that it lies in a page of the guest's, with the size and the
/// direction that was checked. They may jump to instructions of units and to the common routines. So a guest can make
/// them do nothing else, whatever it computes.
/// </remarks>
internal sealed unsafe class CodeJudge
{
    private const int LongestInstruction = 15;
    private const int RedZoneBytes = 8;

    private readonly CodeLayout _layout;
    private readonly byte* _code;
    private readonly long _end;
    private readonly bool _isUser;
    private readonly Dictionary<long, HostKnowledge> _known = [];
    private readonly Dictionary<long, long> _owners = []; // The instruction that each byte belongs to.
    private readonly Queue<long> _open = new();
    private readonly InstructionInfoFactory _information = new();
    private readonly List<string> _problems = [];

    /// <param name="layout">Of all code memories.</param>
    /// <param name="code">The code memory.</param>
    /// <param name="length">Bytes of it that hold code.</param>
    /// <param name="isUser">The units are of level 3, and have the access slots of that level.</param>
    public CodeJudge(CodeLayout layout, byte* code, long length, bool isUser)
    {
        (_layout, _end, _isUser) = (layout, length, isUser);
        _code = code;
    }

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Instructions seen so far.</summary>
    public int Count => _known.Count;

    /// <summary>Follows the code from an entry, where nothing is known.</summary>
    public void Follow(ulong entry)
    {
        Reach((long)(entry - (ulong)_code), default);
        while (_open.TryDequeue(out long offset) && _problems.Count < 20) Judge(offset, _known[offset]);
    }

    private void Reach(long offset, HostKnowledge knowledge)
    {
        if (_known.TryGetValue(offset, out HostKnowledge before))
        {
            knowledge = before.Meet(knowledge);
            if (knowledge == before) return;
        }

        _known[offset] = knowledge;
        _open.Enqueue(offset);
    }

    private void Judge(long offset, HostKnowledge knowledge)
    {
        if (offset < _layout.FirstUnit || offset >= _end)
        {
            Say(offset, "is outside all units");
            return;
        }

        var decoder = Decoder.Create(64, new ByteArrayCodeReader(Bytes(offset)), (ulong)offset);
        decoder.Decode(out Instruction instruction);
        if (instruction.IsInvalid)
        {
            Say(offset, "is no instruction");
            return;
        }

        Claim(offset, instruction);
        InstructionInfo information = _information.GetInfo(instruction);
        foreach (UsedMemory memory in information.GetUsedMemory()) JudgeMemory(instruction, memory, knowledge);
        Step(instruction, information, knowledge);
    }

    /// <summary>No byte belongs to two instructions.</summary>
    private void Claim(long offset, in Instruction instruction)
    {
        for (long place = offset; place < offset + instruction.Length; place++)
        {
            if (!_owners.TryAdd(place, offset) && _owners[place] != offset) Say(offset, $"overlaps the instruction at {_owners[place]:x}");
        }
    }

    private void JudgeMemory(in Instruction instruction, in UsedMemory memory, in HostKnowledge knowledge)
    {
        if (memory.Access is OpAccess.NoMemAccess or OpAccess.None) return;
        bool writes = memory.Access is not (OpAccess.Read or OpAccess.CondRead);
        int size = memory.MemorySize.GetSize();
        long displacement = (long)memory.Displacement;
        bool isPlain = memory.Index == Register.None && memory.Segment is Register.SS or Register.DS;
        bool isOfBuffer = memory is { Base: Register.RBP, Index: Register.R11, Scale: 1 } && memory.Segment is Register.SS or Register.DS
            && !writes && size == sizeof(ulong)
            && (FieldOfEntry(displacement, knowledge.Scratch) >= 0 || IsOfJumpCache(displacement, knowledge.Scratch));
        bool isAllowed = isOfBuffer || (isPlain && memory.Base switch
        {
            Register.RBP => displacement + HostRegister.StateBias is var place && place >= 0 && place + size <= sizeof(CpuState)
                && (!writes || CodeLayout.IsWritable(place, size)),
            Register.RSP => displacement >= -RedZoneBytes && displacement + size <= HostRegister.KeptBytes,
            Register.R10 => knowledge.Address is { Kind: ValueKind.Host } host && displacement >= 0 && displacement + size <= host.Size && (!writes || host.Write)
                && (host.IsAligned || !NeedsAlignment(instruction, size)),
            _ => false,
        });
        if (!isAllowed) Say((long)instruction.IP, $"accesses {size} bytes where it must not: {memory}, {knowledge.Address}, {knowledge.Scratch}");
    }

    /// <summary>The field of an entry of this level's translation buffer, whose place in the buffer is in R11; or -1.</summary>
    private long FieldOfEntry(long displacement, HostValue scratch) =>
        scratch == new HostValue(ValueKind.Masked, (long)TlbEntry.OffsetMask) ? CodeLayout.FieldOfEntry(displacement, _isUser) : -1;

    /// <summary>A field of the entry of the jump cache whose place there is in R11.</summary>
    private static bool IsOfJumpCache(long displacement, HostValue scratch) =>
        scratch == new HostValue(ValueKind.Masked, (JumpCacheEntry.Count - 1) * sizeof(JumpCacheEntry)) && CodeLayout.IsOfJumpCache(displacement);

    /// <summary>The host faults where such an operand is misaligned.</summary>
    private static bool NeedsAlignment(in Instruction instruction, int size) =>
        size == 16 && instruction.Mnemonic is not (Mnemonic.Movups or Mnemonic.Movupd or Mnemonic.Movdqu or Mnemonic.Lddqu
            or Mnemonic.Pcmpistri or Mnemonic.Pcmpestri);

    private void Step(in Instruction instruction, in InstructionInfo information, in HostKnowledge knowledge)
    {
        long next = (long)instruction.NextIP;
        switch (instruction.FlowControl)
        {
            case FlowControl.Next:
                Reach(next, After(instruction, information, knowledge));
                break;
            case FlowControl.UnconditionalBranch:
                Branch(instruction, knowledge);
                break;
            case FlowControl.ConditionalBranch:
                Branch(instruction, knowledge);
                Reach(next, knowledge with { Address = Passed(instruction.Mnemonic, knowledge) });
                break;
            case FlowControl.Call when (long)instruction.NearBranchTarget == _layout.LoadFlags:
                Reach(next, knowledge with { Fact = default });
                break;
            case FlowControl.Call when _layout.TryFindRefill((long)instruction.NearBranchTarget, out Refill refill):
                Fill(instruction, refill, knowledge);
                break;
            case FlowControl.IndirectBranch when instruction is { Op0Kind: OpKind.Memory, MemoryBase: Register.RBP, MemoryIndex: Register.R11 }
                && (long)instruction.MemoryDisplacement64 == CommonRoutines.Cached(StateOffset.CachedCode).Displacement:
                break;
            default:
                Say((long)instruction.IP, "leaves the unit where it must not");
                break;
        }
    }

    private void Branch(in Instruction instruction, in HostKnowledge knowledge)
    {
        long target = (long)instruction.NearBranchTarget;
        if (!_layout.IsWayOut(target)) Reach(target, knowledge with { Fact = default });
    }

    /// <summary>R10 where a conditional branch is not taken.</summary>
    private static HostValue Passed(Mnemonic branch, in HostKnowledge knowledge)
    {
        HostValue address = knowledge.Address;
        HostFact fact = knowledge.Fact;
        return (branch, fact.Kind) switch
        {
            (Mnemonic.Jae, FactKind.SlotLimit) => address with { Kind = ValueKind.InSlot },
            (Mnemonic.Ja, FactKind.PageLimit) => address with { Kind = ValueKind.InPage, Size = fact.Size },
            (Mnemonic.Jne, FactKind.Alignment) => address with { IsAligned = true },
            (Mnemonic.Jb, FactKind.Refill) => new HostValue(ValueKind.Host, 0, fact.Size, fact.Write, fact.IsAligned),
            _ => address,
        };
    }

    private void Fill(in Instruction instruction, in Refill refill, in HostKnowledge knowledge)
    {
        HostValue distance = knowledge.Address;
        (int size, bool write) = CodeLayout.KindOf(distance.Number, _isUser);
        bool isSlots = knowledge.Scratch == new HostValue(ValueKind.Constant, distance.Number - HostRegister.StateBias)
            || knowledge.Scratch == new HostValue(ValueKind.Constant, (uint)(distance.Number - HostRegister.StateBias));
        bool isRight = distance.Kind == ValueKind.SlotDistance && isSlots
            && refill.User == _isUser && refill.Write == write && refill.SlotBytes == size;
        if (!isRight) Say((long)instruction.IP, $"fills a slot with the wrong routine: {refill}, {distance}, {knowledge.Scratch}");
        Reach((long)instruction.NextIP, new HostKnowledge(
            HostValue.Unknown, HostValue.Unknown, new HostFact(FactKind.Refill, refill.Size, refill.Write, distance.IsAligned)));
    }

    private HostKnowledge After(in Instruction instruction, in InstructionInfo information, HostKnowledge knowledge)
    {
        bool changesAddress = false;
        bool changesScratch = false;
        foreach (UsedRegister used in information.GetUsedRegisters())
        {
            if (used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess) continue;
            switch (used.Register.GetFullRegister())
            {
                case Register.R10: changesAddress = true; break;
                case Register.R11: changesScratch = true; break;
                case Register.RSP or Register.RBP: Say((long)instruction.IP, "changes a register of the host's"); break;
            }
        }

        HostFact fact = instruction.RflagsModified == RflagsBits.None && !changesAddress ? knowledge.Fact : FactOf(instruction, knowledge);
        HostValue address = changesAddress ? NewAddress(instruction, knowledge) : knowledge.Address;
        if (changesScratch && address.NeedsEntry) address = HostValue.Unknown;
        return new HostKnowledge(address, changesScratch ? NewScratch(instruction) : knowledge.Scratch, fact);
    }

    private HostFact FactOf(in Instruction i, in HostKnowledge knowledge)
    {
        HostValue address = knowledge.Address;
        return i.Mnemonic switch
        {
            Mnemonic.Cmp when i.Op0Register == Register.R10 && address.Kind == ValueKind.SlotDistance && SlotOf(i, StateOffset.SlotLimit) == address.Number =>
                new(FactKind.SlotLimit),
            Mnemonic.Cmp when i.Op0Register == Register.R10 && address.Kind == ValueKind.Tagged && i.Op1Kind != OpKind.Register && i.Op1Kind != OpKind.Memory =>
                new(FactKind.PageLimit, GuestMemory.PageSize - (int)i.GetImmediate(1), address.Write),
            Mnemonic.Test when i.Op0Register == Register.R10L && i.Op1Kind == OpKind.Immediate8 && i.Immediate8 == 15 => new(FactKind.Alignment),
            _ => default,
        };
    }

    private HostValue NewAddress(in Instruction i, in HostKnowledge knowledge)
    {
        HostValue address = knowledge.Address;
        if (i.Op0Register != Register.R10 || i.Op1Kind != OpKind.Memory) return HostValue.Unknown;
        bool isIndexed = i is { MemoryBase: Register.RBP, MemoryIndex: Register.R11, MemoryIndexScale: 1 };
        long field = isIndexed ? FieldOfEntry((long)i.MemoryDisplacement64, knowledge.Scratch) : -1;
        bool isWriteTag = field == StateOffset.EntryWriteTag;
        return i.Mnemonic switch
        {
            Mnemonic.Sub when SlotOf(i, StateOffset.SlotBase) is var slot and >= 0 =>
                new(ValueKind.SlotDistance, slot, IsAligned: address.IsAligned),
            Mnemonic.Add when address.Kind == ValueKind.InSlot && SlotOf(i, StateOffset.SlotHost) == address.Number =>
                CodeLayout.KindOf(address.Number, _isUser) is var (size, write) ? new(ValueKind.Host, 0, size, write, address.IsAligned) : default,
            Mnemonic.Xor when isWriteTag || field == StateOffset.EntryReadTag => new(ValueKind.Tagged, Write: isWriteTag, IsAligned: address.IsAligned),
            Mnemonic.Add when address.Kind == ValueKind.InPage && field == StateOffset.EntryHost =>
                address with { Kind = ValueKind.Host },
            _ => HostValue.Unknown,
        };
    }

    private HostValue NewScratch(in Instruction i)
    {
        if (i.Op0Kind != OpKind.Register) return HostValue.Unknown;
        bool isWhole = i.Op0Register is Register.R11 or Register.R11D;
        return i.Mnemonic switch
        {
            Mnemonic.Mov when isWhole && i.Op1Kind is OpKind.Immediate32 or OpKind.Immediate32to64 => new(ValueKind.Constant, (long)i.GetImmediate(1)),
            Mnemonic.And when i.Op0Register == Register.R11D && i.Op1Kind != OpKind.Register && i.Op1Kind != OpKind.Memory =>
                new(ValueKind.Masked, (long)i.GetImmediate(1)),
            _ => HostValue.Unknown,
        };
    }

    private int SlotOf(in Instruction i, int field) => i is { Op1Kind: OpKind.Memory, MemoryBase: Register.RBP, MemoryIndex: Register.None }
        ? CodeLayout.SlotAt((long)i.MemoryDisplacement64 + HostRegister.StateBias, field, _isUser) : -1;

    private byte[] Bytes(long offset) => new ReadOnlySpan<byte>(_code + offset, (int)Math.Min(LongestInstruction, _end - offset)).ToArray();

    private void Say(long offset, string what)
    {
        string text = "";
        if (offset >= 0 && offset < _end)
        {
            var decoder = Decoder.Create(64, new ByteArrayCodeReader(Bytes(offset)), (ulong)offset);
            text = decoder.Decode().ToString();
        }

        _problems.Add($"{offset:x}: {text} {what}");
    }
}
