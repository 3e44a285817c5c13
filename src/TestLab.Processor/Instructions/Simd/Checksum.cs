using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// CRC32: the Castagnoli polynomial over 1 to 8 bytes; it works on general registers and needs no vector unit.
/// </summary>
internal static unsafe class Checksum
{
    public static void Register(InstructionTable table) => table.Bind(Mnemonic.Crc32, b =>
    {
        switch (b.SizeOf(1))
        {
            case 1: Bind<byte>(b); break;
            case 2: Bind<ushort>(b); break;
            case 4: Bind<uint>(b); break;
            case 8: Bind<ulong>(b); break;
        }
    }, pure: true);

    private static void Bind<T>(Binding b) where T : unmanaged
    {
        if (b.IsRegister(1)) b.Op->Handler = &OfRegister<T>;
        else AddressForms.Bind(b,
            &OfMemory<T, Flat64>, &OfMemory<T, Based64>, &OfMemory<T, Flat32>, &OfMemory<T, Segmented>);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfRegister<T>(CpuState* s, Op* op) where T : unmanaged
    {
        Update(s, op, Registers.Read<T>(s, op->Source));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfMemory<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        Update(s, op, *place);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<T>(CpuState* s, Op* op, T data) where T : unmanaged
    {
        uint checksum = Registers.Read<uint>(s, op->Destination);
        ulong value = Number.ZeroExtend(data);
        if (sizeof(T) == 1) checksum = BitOperations.Crc32C(checksum, (byte)value);
        else if (sizeof(T) == 2) checksum = BitOperations.Crc32C(checksum, (ushort)value);
        else if (sizeof(T) == 4) checksum = BitOperations.Crc32C(checksum, (uint)value);
        else checksum = BitOperations.Crc32C(checksum, value);
        Registers.Write(s, op->Destination, checksum);
    }
}
