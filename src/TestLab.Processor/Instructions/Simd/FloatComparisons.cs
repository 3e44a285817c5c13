using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
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
        table.Bind(Mnemonic.Comiss, OutOfLineForms<ToFlags<float, Signalling>>.Bind);
        table.Bind(Mnemonic.Comisd, OutOfLineForms<ToFlags<double, Signalling>>.Bind);
        table.Bind(Mnemonic.Ucomiss, OutOfLineForms<ToFlags<float, Quiet>>.Bind);
        table.Bind(Mnemonic.Ucomisd, OutOfLineForms<ToFlags<double, Quiet>>.Bind);
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

    /// <summary>The predicate is in the immediate's low three bits.</summary>
    private readonly struct ToMask<T, TIsLow> : IOutOfLineOperation
        where T : unmanaged, IComparable<T> where TIsLow : struct, IChoice
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
        where T : unmanaged, IComparable<T> where TIsQuiet : struct, IChoice
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

    private static FloatRelation Relate<T>(T left, T right, bool quiet, ref FloatContext context) where T : unmanaged, IComparable<T>
    {
        if (!FloatLanes.IsComparable(left) || !FloatLanes.IsComparable(right))
            return FloatLanes.Compare(left, right, quiet, ref context);
        int order = left.CompareTo(right);
        return order < 0 ? FloatRelation.Less : order > 0 ? FloatRelation.Greater : FloatRelation.Equal;
    }
}
