namespace TestLab.Images.Agent;

/// <summary>Writes a statically linked executable of three segments: code, zeros, a stack that is not code.</summary>
/// <remarks>Source: System V ABI, chapters 4 and 5 (object files, program loading).</remarks>
internal sealed class ElfFile(int bits)
{
    private const int CodeOffset = 4096;
    private const ushort MachineI386 = 3;
    private const ushort MachineAmd64 = 62;
    private const ushort Executable = 2;
    private const int Load = 1;
    private const int Stack = 0x6474E551; // PT_GNU_STACK
    private const int Execute = 1;
    private const int Write = 2;
    private const int Read = 4;

    private readonly List<byte> _bytes = [];

    /// <summary>The file; the code starts at its first byte, the data are zeros.</summary>
    public static byte[] Make(int bits, int codeAddress, byte[] code, int dataAddress, int dataBytes)
    {
        ElfFile file = new(bits);
        file.AddHeader(codeAddress);
        file.AddSegment(Load, Read | Execute, CodeOffset, codeAddress, code.Length, code.Length);
        file.AddSegment(Load, Read | Write, 0, dataAddress, 0, dataBytes);
        file.AddSegment(Stack, Read | Write, 0, 0, 0, 0);
        byte[] bytes = new byte[CodeOffset + code.Length];
        file._bytes.CopyTo(bytes);
        code.CopyTo(bytes, CodeOffset);
        return bytes;
    }

    private void AddHeader(int entry)
    {
        bool is64 = bits == 64;
        int headerBytes = is64 ? 64 : 52;
        // Magic, class, little endian, version; then the rest of e_ident.
        _bytes.AddRange([0x7F, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Half(Executable);
        Half(is64 ? MachineAmd64 : MachineI386);
        Word(1);
        Address(entry);
        Address(headerBytes);
        Address(0); // No sections.
        Word(0);
        Half(headerBytes);
        Half(is64 ? 56 : 32);
        Half(3);
        Half(0);
        Half(0);
        Half(0);
    }

    private void AddSegment(int type, int flags, int offset, int address, int fileBytes, int memoryBytes)
    {
        Word(type);
        if (bits == 64)
        {
            Word(flags);
        }
        Address(offset);
        Address(address);
        Address(address);
        Address(fileBytes);
        Address(memoryBytes);
        if (bits == 32)
        {
            Word(flags);
        }
        Address(CodeOffset);
    }

    private void Address(int value)
    {
        Word(value);
        if (bits == 64)
        {
            Word(0);
        }
    }

    private void Word(int value)
    {
        Half(value);
        Half(value >> 16);
    }

    private void Half(int value) => _bytes.AddRange([(byte)value, (byte)(value >> 8)]);
}
