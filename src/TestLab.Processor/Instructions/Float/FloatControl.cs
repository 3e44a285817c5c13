using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>Control and status word, environment and whole state, and WAIT.</summary>
internal static unsafe class FloatControl
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Wait, FloatForms.BindWait);
        BindBoth<Initialize>(table, Mnemonic.Finit, Mnemonic.Fninit);
        BindBoth<ClearExceptions>(table, Mnemonic.Fclex, Mnemonic.Fnclex);
        BindBoth<Nothing>(table, Mnemonic.Feni, Mnemonic.Fneni);
        BindBoth<Nothing>(table, Mnemonic.Fdisi, Mnemonic.Fndisi);
        BindBoth<Nothing>(table, Mnemonic.Fsetpm, Mnemonic.Fnsetpm);
        table.Bind(Mnemonic.Fldcw, b => FloatForms.BindMemory<LoadControl, FloatSteps.Controlling>(b));
        table.Bind(Mnemonic.Fstcw, b => FloatForms.BindMemory<StoreControl, FloatSteps.Controlling>(b));
        table.Bind(Mnemonic.Fnstcw, b => FloatForms.BindMemory<StoreControl, FloatSteps.ControllingAtOnce>(b));
        table.Bind(Mnemonic.Fstsw, BindStatus<FloatSteps.Controlling>);
        table.Bind(Mnemonic.Fnstsw, BindStatus<FloatSteps.ControllingAtOnce>);
        table.Bind(Mnemonic.Fldenv, BindLoad<WithoutRegisters>);
        table.Bind(Mnemonic.Frstor, BindLoad<WithRegisters>);
        table.Bind(Mnemonic.Fstenv, BindStore<WithoutRegisters, FloatSteps.Controlling>);
        table.Bind(Mnemonic.Fnstenv, BindStore<WithoutRegisters, FloatSteps.ControllingAtOnce>);
        table.Bind(Mnemonic.Fsave, BindStore<WithRegisters, FloatSteps.Controlling>);
        table.Bind(Mnemonic.Fnsave, BindStore<WithRegisters, FloatSteps.ControllingAtOnce>);
    }

    private static void BindBoth<T>(InstructionTable table, Mnemonic waiting, Mnemonic atOnce)
        where T : struct, IFloatInstruction
    {
        table.Bind(waiting, b => FloatForms.Bind<T, FloatSteps.Controlling>(b));
        table.Bind(atOnce, b => FloatForms.Bind<T, FloatSteps.ControllingAtOnce>(b));
    }

    private static void BindStatus<TStep>(Binding b) where TStep : struct, IFloatStep
    {
        if (b.IsMemory(0)) FloatForms.BindMemory<StoreStatus, TStep>(b);
        else FloatForms.Bind<StoreStatusInAx, TStep>(b);
    }

    private static void BindLoad<T>(Binding b) where T : struct, IContent
    {
        if (IsNarrow(b)) FloatForms.BindMemory<Load<Narrow, T>, FloatSteps.Controlling>(b);
        else FloatForms.BindMemory<Load<Wide, T>, FloatSteps.Controlling>(b);
    }

    private static void BindStore<T, TStep>(Binding b) where T : struct, IContent where TStep : struct, IFloatStep
    {
        if (IsNarrow(b)) FloatForms.BindMemory<Store<Narrow, T>, TStep>(b);
        else FloatForms.BindMemory<Store<Wide, T>, TStep>(b);
    }

    private static bool IsNarrow(Binding b) =>
        b.Instruction.MemorySize is MemorySize.FpuEnv14 or MemorySize.FpuState94;

    private interface IContent
    {
        static abstract bool HasRegisters { get; }
    }

    private interface IWidth
    {
        /// <summary>Bytes of a field of the environment.</summary>
        static abstract int FieldBytes { get; }
    }

    private readonly struct WithRegisters : IContent
    {
        public static bool HasRegisters => true;
    }

    private readonly struct WithoutRegisters : IContent
    {
        public static bool HasRegisters => false;
    }

    private readonly struct Narrow : IWidth
    {
        public static int FieldBytes => sizeof(ushort);
    }

    private readonly struct Wide : IWidth
    {
        public static int FieldBytes => sizeof(uint);
    }

    private readonly struct Initialize : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op) => FloatUnit.Initialize(s);
    }

    private readonly struct ClearExceptions : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op) => FloatUnit.SetConditions(
            s, 0, FloatUnit.ExceptionFlags | FloatUnit.StackFault | FloatUnit.ErrorSummary | FloatUnit.Busy);
    }

    /// <summary>What meant something to the 8087 and 80287 only.</summary>
    private readonly struct Nothing : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op)
        {
        }
    }

    private readonly struct StoreStatusInAx : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op) => *(ushort*)s->Registers = FloatUnit.ReadStatus(s);
    }

    private readonly struct StoreStatus : IFloatMemoryInstruction
    {
        public static int Size => sizeof(ushort);

        public static bool IsWrite => true;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address) =>
            Access.Write(s, op, address, FloatUnit.ReadStatus(s));
    }

    private readonly struct StoreControl : IFloatMemoryInstruction
    {
        public static int Size => sizeof(ushort);

        public static bool IsWrite => true;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address) =>
            Access.Write(s, op, address, s->FloatControl);
    }

    private readonly struct LoadControl : IFloatMemoryInstruction
    {
        public static int Size => sizeof(ushort);

        public static bool IsWrite => false;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            ushort* place = Access.Read<ushort>(s, op, address);
            if (place == null) return false;
            FloatUnit.WriteControl(s, *place);
            return true;
        }
    }

    /// <summary>FLDENV, FRSTOR.</summary>
    private readonly struct Load<TWidth, TContent> : IFloatMemoryInstruction
        where TWidth : struct, IWidth where TContent : struct, IContent
    {
        public static int Size => FloatEnvironment.SizeOf(TWidth.FieldBytes, TContent.HasRegisters);

        public static bool IsWrite => false;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            byte* image = stackalloc byte[FloatEnvironment.MaximumBytes];
            if (!Access.ReadBytes(s, op, address, image, Size, TWidth.FieldBytes)) return false;
            FloatEnvironment.Load(s, image, TWidth.FieldBytes, TContent.HasRegisters);
            return true;
        }
    }

    /// <summary>FNSTENV, which masks all exceptions afterwards, and FNSAVE, which initializes.</summary>
    private readonly struct Store<TWidth, TContent> : IFloatMemoryInstruction
        where TWidth : struct, IWidth where TContent : struct, IContent
    {
        public static int Size => FloatEnvironment.SizeOf(TWidth.FieldBytes, TContent.HasRegisters);

        public static bool IsWrite => true;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            byte* image = stackalloc byte[FloatEnvironment.MaximumBytes];
            FloatEnvironment.Save(s, image, TWidth.FieldBytes, TContent.HasRegisters);
            if (!Access.WriteBytes(s, op, address, image, Size, TWidth.FieldBytes)) return false;
            if (TContent.HasRegisters) FloatUnit.Initialize(s);
            else FloatUnit.WriteControl(s, (ushort)(s->FloatControl | FloatUnit.ExceptionFlags));
            return true;
        }
    }
}
