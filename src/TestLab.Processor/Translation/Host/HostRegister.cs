using TestLab.Processor.State;

namespace TestLab.Processor.Translation.Host;

/// <summary>Numbers of the host's registers, and which of the guest's live in them while translated code runs.</summary>
/// <remarks>
/// RSP stays the host's. RBP points into the state, so that its hot fields are a byte's displacement away. Registers
/// that multiplications, shifts and bytes name implicitly are themselves; those a compiler uses least stay in the state.
/// </remarks>
internal static class HostRegister
{
    public const int Rax = 0;
    public const int Rcx = 1;
    public const int Rdx = 2;
    public const int Rbx = 3;
    public const int Rsp = 4;

    /// <summary>RBP: the state, plus <see cref="StateBias"/>.</summary>
    public const int State = 5;
    public const int Rsi = 6;
    public const int Rdi = 7;

    /// <summary>R10: the address of a memory operand; free otherwise.</summary>
    public const int Address = 10;

    /// <summary>R11: free within an instruction.</summary>
    public const int Scratch = 11;

    public const int StateBias = 128;

    /// <summary>Room on the host's stack for what an instruction keeps across a detour.</summary>
    public const int KeptBytes = 16;

    /// <summary>The guest's register stays in the state.</summary>
    public const int InState = -1;

    private static readonly sbyte[] s_hosts = [0, 1, 2, 3, 12, 13, 6, 7, 8, 9, InState, InState, 14, 15, InState, InState];

    public static int Of(int guest) => s_hosts[guest];

    /// <summary>Displacement from <see cref="State"/> of an offset in <see cref="CpuState"/>.</summary>
    public static int Displacement(int stateOffset) => stateOffset - StateBias;
}
