using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>A program for Linux on x86-64 that does what translators find hard, and says "done".</summary>
/// <remarks>
/// It writes code and runs it, on one page and across two; changes its own instructions; mends page faults and counts
/// alarms in signal handlers; forks children that write to shared pages.
/// </remarks>
internal static class JugglerProgram
{
    private const ulong Address = 0x40_0000;
    private const int HeaderBytes = 64 + 56;
    private const int Write = 1;
    private const int Map = 9;
    private const int Protect = 10;
    private const int SignalAction = 13;
    private const int SignalReturn = 15;
    private const int SetTimer = 38;
    private const int Fork = 57;
    private const int Exit = 60;
    private const int Wait = 61;
    private const int SegmentationFault = 11;
    private const int Alarm = 14;
    private const int RestorerFlag = 0x0400_0000;
    private const int AcrossPages = 0xFFD;

    /// <param name="rounds">How often each part does its work.</param>
    /// <returns>An executable file.</returns>
    public static byte[] Create(int rounds)
    {
        var c = new Assembler(64);
        Label page = c.CreateLabel();
        Label sum = c.CreateLabel();
        Label alarms = c.CreateLabel();
        Label action = c.CreateLabel();
        Label timer = c.CreateLabel();
        Label still = c.CreateLabel();
        Label text = c.CreateLabel();
        Label onFault = c.CreateLabel();
        Label onAlarm = c.CreateLabel();
        Label restorer = c.CreateLabel();

        // Four pages to read, write and execute.
        c.mov(eax, Map);
        c.xor(edi, edi);
        c.mov(esi, 0x4000);
        c.mov(edx, 7);
        c.mov(r10d, 0x22);
        c.mov(r8, -1);
        c.xor(r9d, r9d);
        c.syscall();
        c.mov(__[page], rax);
        RunWrittenCode(c, page, sum, rounds);
        ChangeItself(c, sum, rounds);

        Handle(c, action, restorer, onFault, SegmentationFault);
        Label fault = c.CreateLabel();
        c.mov(r13d, rounds);
        c.Label(ref fault);
        ProtectPage(c, page, 1);
        c.mov(rbx, __[page]);
        c.mov(__[rbx], r13d);
        c.dec(r13d);
        c.jnz(fault);

        Handle(c, action, restorer, onAlarm, Alarm);
        SetAlarm(c, timer);
        Label spin = c.CreateLabel();
        c.Label(ref spin);
        c.inc(__qword_ptr[sum]);
        c.cmp(__dword_ptr[alarms], 20);
        c.jb(spin);
        SetAlarm(c, still);

        HaveChildren(c, page, rounds / 20 + 1);
        c.mov(eax, Write);
        c.mov(edi, 1);
        c.lea(rsi, __[text]);
        c.mov(edx, 5);
        c.syscall();
        c.mov(eax, Exit);
        c.xor(edi, edi);
        c.syscall();

        c.Label(ref onFault);
        ProtectPage(c, page, 7);
        c.ret();
        c.Label(ref onAlarm);
        c.inc(__dword_ptr[alarms]);
        c.ret();
        c.Label(ref restorer);
        c.mov(eax, SignalReturn);
        c.syscall();

        c.Label(ref page);
        Words(c, 0);
        c.Label(ref sum);
        Words(c, 0);
        c.Label(ref alarms);
        Words(c, 0);
        c.Label(ref action);
        Words(c, 0, RestorerFlag, 0, 0);
        c.Label(ref timer);
        Words(c, 0, 2000, 0, 2000); // Every two milliseconds.
        c.Label(ref still);
        Words(c, 0, 0, 0, 0);
        c.Label(ref text);
        c.db("done\n"u8.ToArray());
        using var code = new MemoryStream();
        c.Assemble(new StreamCodeWriter(code), Address + HeaderBytes);
        return Executable(code.ToArray());
    }

    /// <summary>MOV EAX, number; RET is written, and called, where one page holds it and where two do.</summary>
    private static void RunWrittenCode(Assembler c, Label page, Label sum, int rounds)
    {
        Label loop = c.CreateLabel();
        c.mov(rbx, __[page]);
        c.mov(ebp, 20 * rounds);
        c.Label(ref loop);
        foreach (int place in (int[])[0, AcrossPages])
        {
            c.mov(__byte_ptr[rbx + place], 0xB8);
            c.mov(__[rbx + place + 1], ebp);
            c.mov(__byte_ptr[rbx + place + 5], 0xC3);
            c.lea(r12, __[rbx + place]);
            c.call(r12);
            c.add(__[sum], rax);
        }

        c.dec(ebp);
        c.jnz(loop);
    }

    private static void ChangeItself(Assembler c, Label sum, int rounds)
    {
        Label loop = c.CreateLabel();
        Label immediate = c.CreateLabel();
        c.mov(ebp, 20 * rounds);
        c.Label(ref loop);
        c.inc(__dword_ptr[immediate]);
        c.db(0xB8); // MOV EAX, imm32
        c.Label(ref immediate);
        c.dd(0);
        c.add(__[sum], rax);
        c.dec(ebp);
        c.jnz(loop);
    }

    private static void HaveChildren(Assembler c, Label page, int count)
    {
        Label loop = c.CreateLabel();
        Label parent = c.CreateLabel();
        Label work = c.CreateLabel();
        c.mov(r13d, count);
        c.Label(ref loop);
        c.mov(eax, Fork);
        c.syscall();
        c.test(eax, eax);
        c.jnz(parent);
        c.mov(rbx, __[page]);
        c.mov(ecx, 2000);
        c.Label(ref work);
        c.inc(__dword_ptr[rbx + rcx * 4]);
        c.dec(ecx);
        c.jnz(work);
        c.mov(eax, Exit);
        c.mov(edi, r13d);
        c.syscall();
        c.Label(ref parent);
        c.mov(eax, Wait);
        c.mov(rdi, -1);
        c.xor(esi, esi);
        c.xor(edx, edx);
        c.xor(r10d, r10d);
        c.syscall();
        c.dec(r13d);
        c.jnz(loop);
    }

    private static void Handle(Assembler c, Label action, Label restorer, Label handler, int signal)
    {
        c.lea(rsi, __[action]);
        c.lea(rax, __[handler]);
        c.mov(__[rsi], rax);
        c.lea(rax, __[restorer]);
        c.mov(__[rsi + 16], rax);
        c.mov(eax, SignalAction);
        c.mov(edi, signal);
        c.xor(edx, edx);
        c.mov(r10d, 8);
        c.syscall();
    }

    private static void SetAlarm(Assembler c, Label timer)
    {
        c.mov(eax, SetTimer);
        c.xor(edi, edi);
        c.lea(rsi, __[timer]);
        c.xor(edx, edx);
        c.syscall();
    }

    private static void Words(Assembler c, params ulong[] values)
    {
        foreach (ulong value in values) c.dq(value);
    }

    private static void ProtectPage(Assembler c, Label page, int rights)
    {
        c.mov(eax, Protect);
        c.mov(rdi, __[page]);
        c.mov(esi, 0x1000);
        c.mov(edx, rights);
        c.syscall();
    }

    /// <summary>One segment with all rights, headers included (System V ABI, chapters 4 and 5).</summary>
    private static byte[] Executable(byte[] code)
    {
        byte[] file = new byte[HeaderBytes + code.Length];
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file); // 64 bits, little endian, version 1.
        Span<byte> header = file.AsSpan(16);
        BinaryPrimitives.WriteUInt16LittleEndian(header, 2); // An executable
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], 62); // for x86-64.
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], Address + HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header[36..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header[38..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(header[40..], 1);
        Span<byte> segment = file.AsSpan(64);
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // To be loaded,
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 7); // with all rights.
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        code.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }
}
