using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Simd;

/// <summary>Every instruction with its forms against the host CPU: registers, MXCSR, flags, x87 tags, memory.</summary>
public sealed unsafe class SimdHostTests
{
    private const ulong CodeAddress = 0x1000;
    private const ulong ImageAddress = 0x20000;

    [Test]
    public void EveryInstructionDoesWhatTheHostDoes() => Judge(30, 0x03, 0x1B, 0x4A, 0xE4);

    [Test]
    [Category("Slow")]
    public void EveryInstructionDoesWhatTheHostDoesAtLength() => Judge(1000,
        0, 1, 2, 4, 7, 9, 0x0D, 0x12, 0x18, 0x2C, 0x33, 0x3E, 0x44, 0x5E, 0x71, 0x7F, 0x8C, 0xB1, 0xC5, 0xF1, 0xFF);

    private static void Judge(int repetitions, params int[] immediates)
    {
        if (!NativeSimd.IsSupported) Assert.Ignore("The host has no SSE4.2, or no way to run code.");
        using var native = new NativeSimd();
        using var machine = new BareMachine();
        machine.EnterLong(CodeAddress);
        byte* host = (byte*)NativeMemory.AlignedAlloc(SimdOperands.Size, 64);
        byte* given = (byte*)NativeMemory.AlignedAlloc(SimdOperands.Size, 64);
        byte[] guest = new byte[SimdOperands.Size];
        var failures = new List<string>();
        int count = 0;
        foreach (SimdVariant variant in SimdVariant.All(64, immediates))
        {
            byte[] code = variant.Encode(64);
            native.Load(code);
            // fxrstor64 [rdi]; instruction; fxsave64 [rdi]; jmp $
            machine.Load(CodeAddress, [0x48, 0x0F, 0xAE, 0x0F, .. code, 0x48, 0x0F, 0xAE, 0x07, 0xEB, 0xFE]);
            int seed = count++;
            var random = new Random(seed);
            for (int i = 0; i < repetitions; i++)
            {
                SimdOperands.Fill(new Span<byte>(given, SimdOperands.Size), random);
                new Span<byte>(given, SimdOperands.Size).CopyTo(new Span<byte>(host, SimdOperands.Size));
                machine.Load(ImageAddress, new Span<byte>(given, SimdOperands.Size));
                native.Run(host);
                RunGuest(machine, given, guest);
                if (Difference(new Span<byte>(host, SimdOperands.Size), guest) is not { } difference) continue;
                failures.Add($"{variant} seed {seed}/{i}: {difference}\n{Describe(given)}");
                break;
            }
        }

        NativeMemory.AlignedFree(host);
        NativeMemory.AlignedFree(given);
        Assert.That(failures, Is.Empty, string.Join('\n', failures.Take(60)));
        Assert.That(count, Is.GreaterThan(600));
    }

    private static void RunGuest(BareMachine machine, byte* given, byte[] guest)
    {
        CpuState* s = machine.Cpu.State;
        s->Rdi = ImageAddress;
        s->Rip = CodeAddress;
        for (int i = 0; i < 3; i++) s->Registers[i] = *(ulong*)(given + SimdOperands.RegistersOffset + 8 * i);
        Flags.Write(s, *(uint*)(given + SimdOperands.FlagsOffset));
        machine.Cpu.RunUntil(machine.Cpu.Clock + 3);
        machine.Memory.TryRead(ImageAddress, guest);
        for (int i = 0; i < 3; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(guest.AsSpan(SimdOperands.RegistersOffset + 8 * i), s->Registers[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(guest.AsSpan(SimdOperands.FlagsOffset), Flags.Read(s) | 0x202);
    }

    private static string? Difference(Span<byte> host, Span<byte> guest)
    {
        for (int i = 0; i < host.Length; i++)
        {
            // Opcode and pointers of the x87 and the mask of MXCSR are the CPU model's.
            if (i is >= 6 and < 24 or >= 28 and < 32) continue;
            if (host[i] != guest[i])
            {
                int start = i & ~15;
                return $"at {start:X}: host {Convert.ToHexString(host.Slice(start, 16))}, "
                    + $"guest {Convert.ToHexString(guest.Slice(start, 16))}";
            }
        }

        return null;
    }

    private static string Describe(byte* given) =>
        $"  mxcsr {*(uint*)(given + 24):X} xmm0-2 {Hex(given + 160)} {Hex(given + 176)} {Hex(given + 192)}"
        + $" memory {Hex(given + SimdVariant.MemoryOffset)}";

    private static string Hex(byte* place) => Convert.ToHexString(new ReadOnlySpan<byte>(place, 16));
}
