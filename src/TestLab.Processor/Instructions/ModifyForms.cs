using System.Numerics;
using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The handlers of an instruction that reads and then writes a memory operand.</summary>
internal readonly unsafe struct ModifyForms<TModifier> : IMemoryForms where TModifier : struct, IModifier
{
    public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>()
        where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress => &Modify<T, TAddress>;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Modify<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, sizeof(T), write: true);
        TlbEntry* entry = Access.EntryFor(s, address);
        if (!Access.Writes<T>(entry, address))
        {
            SlowPath.Take(s, op, &ModifySlowly<T, TAddress>);
            return;
        }

        T* place = (T*)entry->At(address);
        *place = TModifier.Change(s, op, *place);
        (op + 1)->Handler(s, op + 1);
    }

    private static bool ModifySlowly<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
    {
        T* place = Access.Modify<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true));
        if (place == null) return false;
        *place = TModifier.Change(s, op, *place);
        Access.Commit(s, place);
        return true;
    }
}
