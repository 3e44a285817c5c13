using Iced.Intel;
using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Ways to enter operations in the instruction table: for XMM registers, or for MM registers too.</summary>
internal static class SimdTable
{
    extension(InstructionTable table)
    {
        /// <summary>XMM registers only.</summary>
        public void BindVector<TOperation>(Mnemonic mnemonic) where TOperation : struct, IVectorOperation =>
            table.Bind(mnemonic, VectorForms<Plain<TOperation>>.Bind);

        /// <summary>XMM registers, and MM registers by an operation of their own.</summary>
        public void BindVector<TOperation, TMmx>(Mnemonic mnemonic)
            where TOperation : struct, IVectorOperation where TMmx : struct, IMmxOperation =>
            table.Bind(mnemonic, b =>
            {
                if (b.Instruction.Op0Register.IsMM()) MmxForms<TMmx>.Bind(b);
                else VectorForms<Plain<TOperation>>.Bind(b);
            });

        /// <summary>XMM registers, and MM registers lane by lane.</summary>
        public void BindLanes<TOperation>(Mnemonic mnemonic) where TOperation : struct, IVectorOperation =>
            table.BindVector<TOperation, LowerHalf<TOperation>>(mnemonic);

        /// <summary>Gives a mnemonic that a string instruction has too to the form with XMM registers.</summary>
        public void BindBesideString(Mnemonic mnemonic, Action<Binding> family)
        {
            Action<Binding>? strings = table.Find(mnemonic);
            table.Bind(mnemonic, b =>
            {
                if (b.Instruction.IsStringInstruction) strings?.Invoke(b);
                else family(b);
            });
        }
    }
}
