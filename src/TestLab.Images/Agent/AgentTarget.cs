namespace TestLab.Images.Agent;

/// <summary>What differs between the machines that the agent is assembled for: numbers of system calls, layouts.</summary>
/// <remarks>Source: Linux, arch/x86/entry/syscalls/syscall_32.tbl and syscall_64.tbl; asm/stat.h.</remarks>
internal sealed record AgentTarget
{
    public static AgentTarget Amd64 { get; } = new()
    {
        Bits = 64,
        ModeOffset = 24,
        SizeOffset = 48,
        Calls = new()
        {
            [SystemCall.Read] = 0,
            [SystemCall.Write] = 1,
            [SystemCall.Open] = 2,
            [SystemCall.Close] = 3,
            [SystemCall.FileStatus] = 5,
            [SystemCall.Poll] = 7,
            [SystemCall.SignalMask] = 14,
            [SystemCall.Duplicate] = 33,
            [SystemCall.ProcessId] = 39,
            [SystemCall.Fork] = 58,
            [SystemCall.Execute] = 59,
            [SystemCall.Exit] = 60,
            [SystemCall.Wait] = 61,
            [SystemCall.Kill] = 62,
            [SystemCall.FileControl] = 72,
            [SystemCall.ChangeFolder] = 80,
            [SystemCall.ChangeMode] = 91,
            [SystemCall.NewSession] = 112,
            [SystemCall.Synchronize] = 162,
            [SystemCall.Reboot] = 169,
            [SystemCall.SignalFile] = 289,
            [SystemCall.Pipe] = 293,
        },
    };

    public static AgentTarget I386 { get; } = new()
    {
        Bits = 32,
        ModeOffset = 16,
        SizeOffset = 44,
        Calls = new()
        {
            [SystemCall.Exit] = 1,
            [SystemCall.Read] = 3,
            [SystemCall.Write] = 4,
            [SystemCall.Open] = 5,
            [SystemCall.Close] = 6,
            [SystemCall.Execute] = 11,
            [SystemCall.ChangeFolder] = 12,
            [SystemCall.ProcessId] = 20,
            [SystemCall.Synchronize] = 36,
            [SystemCall.Kill] = 37,
            [SystemCall.Duplicate] = 63,
            [SystemCall.NewSession] = 66,
            [SystemCall.Reboot] = 88,
            [SystemCall.ChangeMode] = 94,
            [SystemCall.Wait] = 114,
            [SystemCall.Poll] = 168,
            [SystemCall.SignalMask] = 175,
            [SystemCall.Fork] = 190,
            [SystemCall.FileStatus] = 197,
            [SystemCall.FileControl] = 221,
            [SystemCall.SignalFile] = 327,
            [SystemCall.Pipe] = 331,
        },
    };

    /// <summary>32 or 64.</summary>
    public required int Bits { get; init; }

    public required Dictionary<SystemCall, int> Calls { get; init; }

    /// <summary>Where <c>st_mode</c> stands in what <see cref="SystemCall.FileStatus"/> writes.</summary>
    public required int ModeOffset { get; init; }

    /// <summary>Where <c>st_size</c> (8 bytes) stands there.</summary>
    public required int SizeOffset { get; init; }

    public int PointerBytes => Bits / 8;
}
