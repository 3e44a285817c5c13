using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// Our processor, set up as Linux sets up the host's: long mode, the data and code pages in user space, and a kernel in
/// the upper half that has one HLT for each vector, so that where the processor halts tells which exception came.
/// </summary>
public sealed unsafe class EmulatedProcessor : IJudgedEngine
{
    /// <summary>The engine shut down: it could not even deliver the exception.</summary>
    public const int Shutdown = 0xFD;

    /// <summary>More than any case needs that ends: a string instruction runs through the pages once.</summary>
    private const ulong InstructionLimit = 50_000;

    /// <summary>Every place where a case traps becomes a block, and each write to the code page walks all of them.</summary>
    private const int CasesBetweenForgetting = 64;

    private static readonly (int Page, int Image, ulong Offset)[] s_writable =
    [
        ((int)(KernelImage.UserData >> 12), 0, 0),
        ((int)(KernelImage.UserData >> 12) + 1, JudgeLayout.PageBytes, JudgeLayout.PageBytes),
        ((int)(KernelImage.UserData >> 12) + 3, 3 * JudgeLayout.PageBytes, 4 * JudgeLayout.PageBytes),
    ];

    private readonly GuestMemory _memory;
    private readonly Cpu _cpu;
    private byte[] _pristine = [];
    private ulong _memorySeed;

    /// <param name="hasNarrowSegments">Whether user mode has segments of 16 and 32 bits, as on most hosts.</param>
    public EmulatedProcessor(bool hasNarrowSegments = true, EngineOptions? engine = null, bool isIsolated = false)
    {
        _memory = new GuestMemory(1 << 20, isIsolated);
        _cpu = new Cpu(CpuModel.X86_64V2, _memory, new SilentBus(), engine);
        KernelImage.Load(_memory, hasNarrowSegments);
        KernelImage.Enter(_cpu);
    }

    /// <summary>A case has run, and its code is still there.</summary>
    public Action<Cpu>? HasRun { get; set; }

    public JudgeOutcome[] Run(IReadOnlyList<JudgeCase> cases)
    {
        var outcomes = new JudgeOutcome[cases.Count];
        for (int index = 0; index < cases.Count; index++)
        {
            if (index % CasesBetweenForgetting == 0)
            {
                _cpu.ForgetCode();
            }
            outcomes[index] = Run(cases[index]);
        }
        return outcomes;
    }

    public void Dispose()
    {
        _cpu.Dispose();
        _memory.Dispose();
    }

    private JudgeOutcome Run(JudgeCase test)
    {
        if (_pristine.Length == 0 || _memorySeed != test.MemorySeed)
        {
            _memorySeed = test.MemorySeed;
            _pristine = JudgeMemory.Fill(test.MemorySeed);
            _memory.TryWrite(KernelImage.UserData, _pristine);
        }
        ulong code = KernelImage.UserCode + (ulong)test.CodeOffset;
        _memory.TryWrite(code, test.Code);
        Load(test);
        CpuExit exit = _cpu.RunUntil(_cpu.Clock + InstructionLimit);
        JudgeOutcome outcome = Take(exit);
        HasRun?.Invoke(_cpu);
        _memory.TryWrite(code, KernelImage.Breakpoints.AsSpan(0, test.Code.Length));
        return outcome;
    }

    private void Load(JudgeCase test)
    {
        CpuState* state = _cpu.State;
        test.Registers.AsSpan().CopyTo(new Span<ulong>(state->Registers, 16));
        state->Rip = test.CodeAddress;
        Flags.Write(state, (uint)test.Flags & Flags.Status);
        state->SystemFlags = (SystemFlags)((uint)test.Flags & (uint)SystemFlags.All);
        state->CurrentPrivilegeLevel = 3;
        state->Halted = false;
        state->ShadowClock = ulong.MaxValue;
        KernelImage.LoadUserSegments(state, test.Mode);
        LoadFloating(state, test.Floating);
        _cpu.StateChanged();
    }

    private JudgeOutcome Take(CpuExit exit)
    {
        CpuState* state = _cpu.State;
        ulong[] registers = new ReadOnlySpan<ulong>(state->Registers, 16).ToArray();
        var outcome = new JudgeOutcome
        {
            Vector = exit == CpuExit.Shutdown ? Shutdown : JudgeOutcome.Timeout,
            InstructionPointer = state->Rip,
            Flags = Flags.ReadAll(state),
            Registers = registers,
            Floating = SaveFloating(state),
            Changes = CollectChanges(),
        };
        ulong vector = state->Rip - KernelImage.Handlers - 1;
        if (exit != CpuExit.Halted || vector > 255)
        {
            return outcome;
        }
        Span<byte> frame = stackalloc byte[48];
        _memory.TryRead(KernelImage.StackTop - 48, frame);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(frame);
        bool hasError = vector is 8 or (>= 10 and <= 14) or 17;
        registers[4] = words[4];
        return outcome with
        {
            Vector = (int)vector,
            ErrorCode = hasError ? (uint)words[0] : 0,
            FaultAddress = vector == JudgeOutcome.PageFault ? state->Cr2 : 0,
            InstructionPointer = words[1],
            Flags = words[3],
            Selectors =
            [
                state->Segments[(int)SegmentIndex.Es].Selector, (ushort)words[2], (ushort)words[5],
                state->Segments[(int)SegmentIndex.Ds].Selector, state->Segments[(int)SegmentIndex.Fs].Selector,
                state->Segments[(int)SegmentIndex.Gs].Selector,
            ],
        };
    }

    private MemoryChange[] CollectChanges()
    {
        List<MemoryChange>? changes = null;
        foreach ((int page, int image, ulong offset) in s_writable)
        {
            ReadOnlySpan<byte> now = _memory.PageContent(page);
            ReadOnlySpan<byte> before = _pristine.AsSpan(image, JudgeLayout.PageBytes);
            if (now.SequenceEqual(before))
            {
                continue;
            }
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(now);
            ReadOnlySpan<ulong> old = MemoryMarshal.Cast<byte, ulong>(before);
            changes ??= [];
            for (int word = 0; word < words.Length; word++)
            {
                if (words[word] != old[word])
                {
                    changes.Add(new MemoryChange(offset + (ulong)(word * sizeof(ulong)), words[word]));
                }
            }
            _memory.TryWrite((ulong)page << 12, before);
        }
        return changes is null ? [] : [.. changes];
    }

    private static void LoadFloating(CpuState* state, ReadOnlySpan<byte> image)
    {
        ushort status = BinaryPrimitives.ReadUInt16LittleEndian(image[FloatingImage.StatusWord..]);
        state->FloatControl = BinaryPrimitives.ReadUInt16LittleEndian(image);
        state->FloatStatus = (ushort)(status & ~0x3800);
        state->FloatTop = (byte)((status >> 11) & 7);
        state->FloatEmpty = (byte)~image[FloatingImage.TagWord];
        state->Mxcsr = BinaryPrimitives.ReadUInt32LittleEndian(image[FloatingImage.Mxcsr..]);
        for (int register = 0; register < 8; register++)
        {
            int physical = (state->FloatTop + register) & 7;
            image.Slice(FloatingImage.FirstStackRegister + (register * 16), 16)
                .CopyTo(new Span<byte>(state->FloatRegisters + (physical * 16), 16));
        }
        image.Slice(FloatingImage.FirstVectorRegister, 256).CopyTo(new Span<byte>(state->Xmm, 256));
    }

    private static byte[] SaveFloating(CpuState* state)
    {
        byte[] image = new byte[FloatingImage.RegisterBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(image, state->FloatControl);
        BinaryPrimitives.WriteUInt16LittleEndian(
            image.AsSpan(FloatingImage.StatusWord), (ushort)(state->FloatStatus | (state->FloatTop << 11)));
        image[FloatingImage.TagWord] = (byte)~state->FloatEmpty;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(FloatingImage.Mxcsr), state->Mxcsr);
        for (int register = 0; register < 8; register++)
        {
            int physical = (state->FloatTop + register) & 7;
            new ReadOnlySpan<byte>(state->FloatRegisters + (physical * 16), 10)
                .CopyTo(image.AsSpan(FloatingImage.FirstStackRegister + (register * 16)));
        }
        new ReadOnlySpan<byte>(state->Xmm, 256).CopyTo(image.AsSpan(FloatingImage.FirstVectorRegister));
        return image;
    }
}
