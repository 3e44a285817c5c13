using System.Numerics;
using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The handlers of an instruction that writes a memory operand.</summary>
internal readonly unsafe struct WriteForms<TWriter> : IMemoryForms where TWriter : struct, IWriter
{
    public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>()
        where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress => &Write<T, TAddress>;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, sizeof(T), write: true);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Writes<T>(entry, address))
        {
            SlowPath.Take(s, op, &WriteSlowly<T, TAddress>);
            return;
        }

        *(T*)entry->At(address) = TWriter.Value<T>(s, op);
        (op + 1)->Handler(s, op + 1);
    }

    private static bool WriteSlowly<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
        Access.Write(s, op, TAddress.Of(s, op, sizeof(T), write: true), TWriter.Value<T>(s, op));
}
