using System.Numerics;
using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The handlers of an instruction that reads a memory operand.</summary>
internal readonly unsafe struct ReadForms<TReader> : IMemoryForms where TReader : struct, IReader
{
    public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>()
        where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress => &Read<T, TAddress>;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, sizeof(T), write: false);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Reads<T>(entry, address))
        {
            SlowPath.Take(s, op, &ReadSlowly<T, TAddress>);
            return;
        }

        TReader.Use(s, op, *(T*)entry->At(address));
        (op + 1)->Handler(s, op + 1);
    }

    private static bool ReadSlowly<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return false;
        TReader.Use(s, op, *place);
        return true;
    }
}
