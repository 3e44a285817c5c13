using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>CMPSS, CMPSD, CMPPS, CMPPD, COMISS, COMISD, UCOMISS, UCOMISD.</summary>
internal static unsafe class FloatComparisons
{
    private const int Unordered = 3;
    private const int Negated = 4;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Cmpss, OutOfLineForms<ToMask<float, Low>>.Bind);
        table.BindBesideString(Mnemonic.Cmpsd, OutOfLineForms<ToMask<double, Low>>.Bind);
        table.Bind(Mnemonic.Cmpps, OutOfLineForms<ToMask<float, All>>.Bind);
        table.Bind(Mnemonic.Cmppd, OutOfLineForms<ToMask<double, All>>.Bind);
        table.Bind(Mnemonic.Comiss, BindToFlags<float, Signalling>);
        table.Bind(Mnemonic.Comisd, BindToFlags<double, Signalling>);
        table.Bind(Mnemonic.Ucomiss, BindToFlags<float, Quiet>);
        table.Bind(Mnemonic.Ucomisd, BindToFlags<double, Quiet>);
    }

    /// <summary>A property of a form, resolved when it is compiled.</summary>
    private interface IChoice
    {
        static abstract bool Is { get; }
    }

    private readonly struct Low : IChoice
    {
        public static bool Is => true;
    }

    private readonly struct All : IChoice
    {
        public static bool Is => false;
    }

    private readonly struct Quiet : IChoice
    {
        public static bool Is => true;
    }

    private readonly struct Signalling : IChoice
    {
        public static bool Is => false;
    }

    private static void BindToFlags<T, TIsQuiet>(Binding b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TIsQuiet : struct, IChoice
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1)) b.Op->Handler = &Order<T, TIsQuiet>;
        else AddressForms.Bind(b,
            &Order<T, TIsQuiet, Flat64>, &Order<T, TIsQuiet, Based64>,
            &Order<T, TIsQuiet, Flat32>, &Order<T, TIsQuiet, Segmented>);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Order<T, TIsQuiet>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TIsQuiet : struct, IChoice
    {
        T left = *(T*)((byte*)s + op->Destination);
        T right = *(T*)((byte*)s + op->Source);
        if (FloatLanes.IsComparable(left) && FloatLanes.IsComparable(right))
            Flags.SetOrder(s, left == right, left < right);
        else if (!ToFlags<T, TIsQuiet>.Run(s, op, (byte*)s + op->Source)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Order<T, TIsQuiet, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TIsQuiet : struct, IChoice where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        T left = *(T*)((byte*)s + op->Destination);
        T right = *place;
        if (FloatLanes.IsComparable(left) && FloatLanes.IsComparable(right))
            Flags.SetOrder(s, left == right, left < right);
        else if (!ToFlags<T, TIsQuiet>.Run(s, op, (byte*)place)) return;
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>The predicate is in the immediate's low three bits.</summary>
    private readonly struct ToMask<T, TIsLow> : IOutOfLineOperation
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TIsLow : struct, IChoice
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            T* destination = (T*)((byte*)s + op->Destination);
            Vector128<byte> result = *(Vector128<byte>*)destination;
            for (int i = 0; i < (TIsLow.Is ? 1 : 16 / sizeof(T)); i++)
            {
                bool holds = Holds(destination[i], ((T*)right)[i], (int)op->Immediate & 7, ref context);
                new Span<byte>((T*)&result + i, sizeof(T)).Fill(holds ? byte.MaxValue : byte.MinValue);
            }

            if (!FloatLanes.Complete(s, op, context)) return false;
            *(Vector128<byte>*)destination = result;
            return true;
        }

        /// <summary>Equal, less, not greater, unordered; and the four negated.</summary>
        private static bool Holds(T left, T right, int predicate, ref FloatContext context)
        {
            FloatRelation relation = Relate(left, right, (predicate & 3) is 0 or Unordered, ref context);
            bool holds = (predicate & 3) switch
            {
                0 => relation == FloatRelation.Equal,
                1 => relation == FloatRelation.Less,
                2 => relation is FloatRelation.Less or FloatRelation.Equal,
                _ => relation == FloatRelation.Unordered,
            };
            return holds != ((predicate & Negated) != 0);
        }
    }

    /// <summary>ZF, PF and CF say equal, unordered and less; the other status flags are cleared.</summary>
    private readonly struct ToFlags<T, TIsQuiet> : IOutOfLineOperation
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TIsQuiet : struct, IChoice
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            FloatRelation relation = Relate(*(T*)((byte*)s + op->Destination), *(T*)right, TIsQuiet.Is, ref context);
            if (context.Raised != FloatExceptions.None && !FloatLanes.Complete(s, op, context)) return false;
            Flags.Write(s, relation switch
            {
                FloatRelation.Less => Flags.Carry,
                FloatRelation.Equal => Flags.Zero,
                FloatRelation.Greater => 0,
                _ => Flags.Zero | Flags.Parity | Flags.Carry,
            });
            return true;
        }
    }

    private static FloatRelation Relate<T>(T left, T right, bool quiet, ref FloatContext context)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!FloatLanes.IsComparable(left) || !FloatLanes.IsComparable(right))
            return FloatLanes.Compare(left, right, quiet, ref context);
        int order = left.CompareTo(right);
        return order < 0 ? FloatRelation.Less : order > 0 ? FloatRelation.Greater : FloatRelation.Equal;
    }
}
