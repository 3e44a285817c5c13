using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>PUSH and POP of segment registers.</summary>
internal static unsafe class SegmentStack
{
    public static void BindPush(Binding b)
    {
        b.Op->Third = (ushort)Math.Abs(b.Instruction.StackPointerIncrement);
        SystemForms.Bind(b, &Push);
    }

    public static void BindPop(Binding b)
    {
        b.Op->Third = (ushort)Math.Abs(b.Instruction.StackPointerIncrement);
        b.Op->Immediate = (ulong)(b.Instruction.Op0Register - Register.ES);
        SystemForms.Bind(b, &Pop);
    }

    private static void Push(CpuState* s, Op* op)
    {
        ushort selector = ((SegmentRegister*)((byte*)s + op->Destination))->Selector;
        StackView stack = StackView.Current(Cpu.Of(s));
        bool done = stack.TryPush(selector, op->Third);
        if (done) stack.Commit();
        SystemForms.Finish(s, op, done);
    }

    private static void Pop(CpuState* s, Op* op)
    {
        Cpu cpu = Cpu.Of(s);
        StackView stack = StackView.Current(cpu);
        bool done = stack.TryPop(op->Third, out ulong selector) && cpu.Segments.TryLoad((SegmentIndex)op->Immediate, (ushort)selector);
        if (done)
        {
            stack.Commit(); // Of the size that the stack had.
            if (op->Immediate == (ulong)SegmentIndex.Ss) cpu.BeginInterruptShadow(op);
            cpu.StateChanged();
        }

        SystemForms.Finish(s, op, done);
    }
}
