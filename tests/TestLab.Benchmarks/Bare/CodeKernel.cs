using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Benchmarks.Bare;

/// <summary>A small loop in machine code that runs both in a guest and on the host.</summary>
/// <remarks>It is a function: RDI is 64 KiB of memory, RSI the number of rounds; it returns a checksum in RAX.</remarks>
internal sealed record CodeKernel(string Name, long Rounds, Action<Assembler> Assemble)
{
    public static readonly IReadOnlyList<CodeKernel> All =
    [
        new("alu", 20_000_000, Xorshift),
        new("memory", 10_000_000, ReadModifyWrite),
        new("call", 10_000_000, CallAndReturn),
        new("table", 20_000_000, TableLookup),
        new("branch", 10_000_000, UnpredictableBranches),
        new("indirect", 10_000_000, IndirectJumps),
        new("rep movsb", 200_000, RepeatedMove),
        new("sse", 10_000_000, PackedArithmetic),
    ];

    public byte[] CodeAt(ulong address)
    {
        var assembler = new Assembler(64);
        Assemble(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    private static void Xorshift(Assembler c)
    {
        Label loop = c.CreateLabel();
        c.mov(rax, 88172645463325252);
        c.Label(ref loop);
        c.mov(rcx, rax);
        c.shl(rcx, 13);
        c.xor(rax, rcx);
        c.mov(rcx, rax);
        c.shr(rcx, 7);
        c.xor(rax, rcx);
        c.mov(rcx, rax);
        c.shl(rcx, 17);
        c.xor(rax, rcx);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
    }

    private static void ReadModifyWrite(Assembler c)
    {
        Label loop = c.CreateLabel();
        c.xor(eax, eax);
        c.Label(ref loop);
        c.mov(ecx, esi);
        c.and(ecx, 0x1FF8);
        c.add(rax, __[rdi + rcx]);
        c.add(__qword_ptr[rdi + rcx], rsi);
        c.mov(__dword_ptr[rdi + rcx + 8], eax);
        c.inc(__byte_ptr[rdi + 5]);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
    }

    private static void CallAndReturn(Assembler c)
    {
        Label loop = c.CreateLabel();
        Label function = c.CreateLabel();
        c.xor(eax, eax);
        c.Label(ref loop);
        c.call(function);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
        c.Label(ref function);
        c.push(rbp);
        c.mov(rbp, rsp);
        c.lea(rax, __[rax + rsi * 2 + 1]);
        c.pop(rbp);
        c.ret();
    }

    private static void TableLookup(Assembler c)
    {
        Label loop = c.CreateLabel();
        c.xor(eax, eax);
        c.Label(ref loop);
        c.movzx(ecx, al);
        c.xor(ecx, esi);
        c.movzx(ecx, cl);
        c.shr(rax, 8);
        c.xor(rax, __qword_ptr[rdi + rcx * 8]);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
    }

    private static void UnpredictableBranches(Assembler c)
    {
        Label loop = c.CreateLabel();
        Label odd = c.CreateLabel();
        Label next = c.CreateLabel();
        c.mov(eax, 1);
        c.xor(edx, edx);
        c.Label(ref loop);
        c.imul(eax, eax, 1103515245);
        c.add(eax, 12345);
        c.test(eax, 0x10000);
        c.jnz(odd);
        c.add(edx, 3);
        c.jmp(next);
        c.Label(ref odd);
        c.sub(edx, 5);
        c.Label(ref next);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
    }

    private static void IndirectJumps(Assembler c)
    {
        Label loop = c.CreateLabel();
        Label first = c.CreateLabel();
        Label second = c.CreateLabel();
        Label next = c.CreateLabel();
        c.xor(eax, eax);
        c.lea(r8, __[first]);
        c.lea(r9, __[second]);
        c.Label(ref loop);
        c.mov(rcx, r8);
        c.test(esi, 1);
        c.cmovnz(rcx, r9);
        c.jmp(rcx);
        c.Label(ref first);
        c.add(rax, 7);
        c.jmp(next);
        c.Label(ref second);
        c.xor(rax, rsi);
        c.Label(ref next);
        c.dec(rsi);
        c.jnz(loop);
        c.ret();
    }

    private static void RepeatedMove(Assembler c)
    {
        Label loop = c.CreateLabel();
        c.mov(rdx, rdi);
        c.mov(r8, rsi);
        c.Label(ref loop);
        c.mov(rsi, rdx);
        c.lea(rdi, __[rdx + 0x4000]);
        c.mov(ecx, 4096);
        c.rep.movsb();
        c.dec(r8);
        c.jnz(loop);
        c.mov(eax, ecx);
        c.ret();
    }

    private static void PackedArithmetic(Assembler c)
    {
        Label loop = c.CreateLabel();
        c.pxor(xmm1, xmm1);
        c.Label(ref loop);
        c.movdqu(xmm0, __[rdi]);
        c.paddd(xmm0, xmm1);
        c.pxor(xmm1, xmm0);
        c.pshufd(xmm2, xmm1, 0x39);
        c.paddq(xmm1, xmm2);
        c.movdqu(__[rdi + 16], xmm1);
        c.dec(rsi);
        c.jnz(loop);
        c.movq(rax, xmm1);
        c.ret();
    }
}
