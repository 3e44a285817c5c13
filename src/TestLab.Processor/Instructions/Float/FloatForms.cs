using System.Runtime.CompilerServices;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>The handlers of x87 instructions: the pending exception, the operand's address, the pointers.</summary>
internal static unsafe class FloatForms
{
    public static void Bind<T>(Binding b, int pops = 0) where T : struct, IFloatInstruction =>
        Bind<T, FloatSteps.Computing>(b, pops);

    public static void Bind<T, TStep>(Binding b, int pops = 0)
        where T : struct, IFloatInstruction where TStep : struct, IFloatStep
    {
        Prepare(b, pops);
        b.Op->Handler = Traps(b) ? &Trap : &Registers<T, TStep>;
    }

    public static void BindMemory<T>(Binding b, int pops = 0) where T : struct, IFloatMemoryInstruction =>
        BindMemory<T, FloatSteps.Computing>(b, pops);

    public static void BindMemory<T, TStep>(Binding b, int pops = 0)
        where T : struct, IFloatMemoryInstruction where TStep : struct, IFloatStep
    {
        Prepare(b, pops);
        b.Op->Handler = Traps(b) ? &Trap : b.Form switch
        {
            AddressForm.Flat64 => &Memory<T, TStep, Flat64>,
            AddressForm.Based64 => &Memory<T, TStep, Based64>,
            AddressForm.Flat32 => &Memory<T, TStep, Flat32>,
            _ => &Memory<T, TStep, Segmented>,
        };
    }

    /// <summary>WAIT: a pending exception comes here; CR0.TS matters only with CR0.MP, and CR0.EM does not.</summary>
    public static void BindWait(Binding b) => b.Op->Handler = &Wait;

    private static bool Traps(Binding b) => (b.Mode & CpuMode.FloatTraps) != 0;

    private static void Prepare(Binding b, int pops)
    {
        b.Op->Immediate = (ulong)pops;
        b.Op->Third = FloatPointers.OpcodeOf(b.Instruction);
    }

    private static void Trap(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.DeviceNotAvailable, 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Registers<T, TStep>(CpuState* s, Op* op)
        where T : struct, IFloatInstruction where TStep : struct, IFloatStep
    {
        if (TStep.Waits && FloatUnit.HasError(s) && FloatUnit.StopsAtError(s, op)) return;
        if (TStep.Records) FloatPointers.Record(s, op);
        T.Execute(s, op);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Memory<T, TStep, TAddress>(CpuState* s, Op* op)
        where T : struct, IFloatMemoryInstruction where TStep : struct, IFloatStep where TAddress : IAddress
    {
        if (TStep.Waits && FloatUnit.HasError(s) && FloatUnit.StopsAtError(s, op)) return;
        if (!T.Execute(s, op, TAddress.Of(s, op, T.Size, T.IsWrite))) return;
        if (TStep.Records) FloatPointers.RecordMemory(s, op);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wait(CpuState* s, Op* op)
    {
        const ulong traps = ControlRegisters.MonitorCoprocessor | ControlRegisters.TaskSwitched;
        if ((s->Cr0 & traps) == traps)
        {
            Faults.Raise(s, op, Vectors.DeviceNotAvailable, 0);
            return;
        }

        if (FloatUnit.HasError(s) && FloatUnit.StopsAtError(s, op)) return;
        (op + 1)->Handler(s, op + 1);
    }
}
