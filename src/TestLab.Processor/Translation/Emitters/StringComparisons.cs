using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>PCMPISTRI and PCMPESTRI, by which a C library searches strings: an index in ECX, an outcome in the flags.</summary>
/// <remarks>What they name implicitly (EAX, EDX, ECX) are the same registers of the host.</remarks>
internal static class StringComparisons
{
    private const uint ByLength = Opcode.Prefix66 | Opcode.Map0F3A | 0x61;
    private const uint ByTerminator = Opcode.Prefix66 | Opcode.Map0F3A | 0x63;
    private const int OperandBytes = 16;

    public static void Register(EmitterTable table)
    {
        if (!Sse42.IsSupported) return;
        table.Bind(Mnemonic.Pcmpistri, (Emission e, in Instruction i) => Emit(e, i, ByTerminator), FlagEffect.Replaces, exits: true);
        table.Bind(Mnemonic.Pcmpestri, (Emission e, in Instruction i) => Emit(e, i, ByLength), FlagEffect.Replaces, exits: true);
    }

    private static bool Emit(Emission e, in Instruction i, uint opcode)
    {
        if (e.TrapsVectors) return false;
        if (i.Code is not (Code.Pcmpistri_xmm_xmmm128_imm8 or Code.Pcmpestri_xmm_xmmm128_imm8)) return false;
        Place second = Place.Memory(HostRegister.Address);
        if (i.Op1Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, OperandBytes, write: false)) return false;
        }
        else
        {
            second = Place.Register(Load(e, i.Op1Register));
        }

        int first = Load(e, i.Op0Register);
        e.Flags.Drop();
        e.Code.Emit(opcode, 4, first, second);
        e.Code.Byte(i.Immediate8);
        e.Flags.SetBytes(FlagKind.Match, e.FlagsLive);
        return true;
    }

    private static int Load(Emission e, Register register)
    {
        int number = register - Iced.Intel.Register.XMM0;
        e.Vectors.Load(number);
        return number;
    }
}
