namespace TestLab.Processor.Translation.Host;

/// <summary>Opcodes as <see cref="HostCode"/> takes them: the byte, the map, the mandatory prefix, which operands are bytes.</summary>
internal static class Opcode
{
    public const uint Map0F = 0x100;
    public const uint Map0F38 = 0x200;
    public const uint Map0F3A = 0x300;
    public const uint Prefix66 = 0x1_0000;
    public const uint PrefixF3 = 0x2_0000;
    public const uint PrefixF2 = 0x3_0000;

    /// <summary>The register operand is a byte: SPL to DIL need a REX prefix.</summary>
    public const uint ByteRegister = 1 << 24;
    public const uint BytePlace = 1 << 25;

    public const uint Lea = 0x8D;
    public const uint Load = 0x8B;
    public const uint Store = 0x89;
    public const uint Xor = 0x33;
    public const uint Cmp = 0x3B;
    public const uint Add = 0x03;
    public const uint Sub = 0x2B;
    public const uint Test = 0x85;
    public const uint Call = 0xFF;
    public const uint ZeroExtendByte = Map0F | BytePlace | 0xB6;
    public const uint ZeroExtendWord = Map0F | 0xB7;
    public const uint SetCondition = Map0F | BytePlace | 0x90;

    /// <summary>The form for bytes of an opcode whose lowest bit says "not bytes".</summary>
    public static uint Sized(uint opcode, int size) => size == 1 ? (opcode & ~1u) | ByteRegister | BytePlace : opcode;
}
