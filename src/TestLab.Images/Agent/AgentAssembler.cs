using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Images.Agent;

/// <summary>
/// Writes one program for both machines: its variables are words at fixed addresses below 2 GiB, <c>ebp</c> points to
/// the channel at hand, the other registers hold nothing across a system call.
/// </summary>
internal sealed class AgentAssembler(AgentTarget target)
{
    private static readonly AssemblerRegister32[] _arguments32 = [ebx, ecx, edx, esi, edi];
    private static readonly AssemblerRegister32[] _arguments64 = [edi, esi, edx, r10d, r8d, r9d];

    public Assembler Code { get; } = new(target.Bits);

    public AgentTarget Target => target;

    /// <summary>The word at an address.</summary>
    public static AssemblerMemoryOperand Cell(int address) => __dword_ptr[address];

    /// <summary>A word of the channel at hand.</summary>
    public static AssemblerMemoryOperand Field(int offset) => __dword_ptr[ebp + offset];

    public Label Routine() => Code.CreateLabel();

    public void Here(ref Label label) => Code.Label(ref label);

    /// <summary>Calls the kernel; the answer is in <c>eax</c>, small negative numbers are errors.</summary>
    public void System(SystemCall call, params ReadOnlySpan<AgentWord> arguments)
    {
        AssemblerRegister32[] registers = target.Bits == 64 ? _arguments64 : _arguments32;
        for (int index = 0; index < arguments.Length; index++)
        {
            Load(registers[index], arguments[index]);
        }
        Code.mov(eax, target.Calls[call]);
        Trap();
    }

    /// <summary>Calls the kernel with a number and six arguments that stand in words from an address on.</summary>
    public void SystemFrom(AssemblerRegister32 address)
    {
        if (target.Bits == 64)
        {
            Code.mov(eax, __dword_ptr[address]);
            Code.mov(edi, __dword_ptr[address + 4]);
            Code.mov(edx, __dword_ptr[address + 12]);
            Code.mov(r10d, __dword_ptr[address + 16]);
            Code.mov(r8d, __dword_ptr[address + 20]);
            Code.mov(r9d, __dword_ptr[address + 24]);
            Code.mov(esi, __dword_ptr[address + 8]); // Last: it may be the address.
        }
        else
        {
            Code.mov(eax, __dword_ptr[address]);
            Code.mov(ebx, __dword_ptr[address + 4]);
            Code.mov(ecx, __dword_ptr[address + 8]);
            Code.mov(edx, __dword_ptr[address + 12]);
            Code.mov(edi, __dword_ptr[address + 20]);
            Code.mov(esi, __dword_ptr[address + 16]);
        }
        Trap();
    }

    /// <summary>Puts a number or a word into memory, by way of <c>eax</c> where it comes from there.</summary>
    public void Set(AssemblerMemoryOperand place, AgentWord value)
    {
        if (value.Number is { } number)
        {
            Code.mov(place, number);
            return;
        }
        Code.mov(eax, value.Memory);
        Code.mov(place, eax);
    }

    /// <summary>Closes the file of a word, unless there is none, and notes that there is none.</summary>
    public void Close(AssemblerMemoryOperand file)
    {
        Label closed = Routine();
        Code.cmp(file, 0);
        Code.jl(closed);
        System(SystemCall.Close, file);
        Code.mov(file, -1);
        Here(ref closed);
        Code.nop();
    }

    /// <summary>Runs a piece of the program for every channel that is in use, <c>ebp</c> pointing to it.</summary>
    public void ForEachChannel(Action piece)
    {
        Label next = Routine();
        Label skip = Routine();
        Code.mov(ebp, AgentMemory.ChannelTable);
        Here(ref next);
        Code.cmp(Field(AgentMemory.Id), 0);
        Code.je(skip);
        piece();
        Here(ref skip);
        Code.add(ebp, AgentMemory.ChannelBytes);
        Code.cmp(ebp, AgentMemory.Spare);
        Code.jb(next);
    }

    private void Load(AssemblerRegister32 register, AgentWord word)
    {
        if (word.Number is { } number)
        {
            Code.mov(register, number);
        }
        else
        {
            Code.mov(register, word.Memory);
        }
    }

    private void Trap()
    {
        if (target.Bits == 64)
        {
            Code.syscall();
        }
        else
        {
            Code.@int(0x80);
        }
    }
}
