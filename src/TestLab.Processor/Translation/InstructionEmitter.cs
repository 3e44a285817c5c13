using Iced.Intel;

namespace TestLab.Processor.Translation;

/// <summary>Emits one instruction; false where its form is left to the interpreter, whatever has been written then.</summary>
internal delegate bool InstructionEmitter(Emission e, in Instruction instruction);
