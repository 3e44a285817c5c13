using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// The host's processor: a C program, built by gcc once a run, that loads the state of a case, jumps to its code
/// and answers with the context of the signal that ends it.
/// </summary>
public sealed class NativeProcessor : IJudgedEngine
{
    private const int CaseBytes = 728;
    private const int OutcomeBytes = 592;
    private const int RequestBytes = 16;
    private const int RegistersOffset = 32;
    private const int SelectorsOffset = 160;
    private const int FloatingOffset = 176;
    private const uint RequestMagic = 0x4547_444A;

    private static readonly Lazy<string?> s_program = new(Build);

    private readonly Process _process;
    private readonly Stream _requests;
    private readonly BufferedStream _replies;
    private readonly Dictionary<JudgeMode, bool> _able = [];
    private byte[] _request = [];
    private ulong? _memorySeed;

    public NativeProcessor()
    {
        string program = s_program.Value ?? throw new PlatformNotSupportedException("The judge did not build.");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("The judge did not start.");
        _requests = _process.StandardInput.BaseStream;
        _replies = new BufferedStream(_process.StandardOutput.BaseStream, 1 << 20);
    }

    /// <summary>True where the judge can run: Linux on x86-64 with a C compiler.</summary>
    public static bool IsAvailable => s_program.Value is not null;

    /// <summary>
    /// False for the narrow modes where the host's kernel, or what it runs under, refuses user mode the code segment.
    /// </summary>
    public bool CanRun(JudgeMode mode)
    {
        if (_able.TryGetValue(mode, out bool able)) return able;
        ulong[] registers = new ulong[16];
        registers[4] = JudgeLayout.StackBase + 0x800 - JudgeLayout.DataSegmentBase(mode);
        var test = new JudgeCase { Mode = mode, Code = [0x90], Registers = registers };
        return _able[mode] = Run([test])[0].Vector == JudgeOutcome.Breakpoint;
    }

    /// <summary>Ends a test as ignored, with the reason, where the host cannot run the mode.</summary>
    public void Require(JudgeMode mode)
    {
        if (!CanRun(mode)) Assert.Ignore($"This host gives user mode no {(int)mode}-bit code segment.");
    }

    public JudgeOutcome[] Run(IReadOnlyList<JudgeCase> cases)
    {
        var outcomes = new JudgeOutcome[cases.Count];
        for (int first = 0; first < cases.Count;)
        {
            int end = first;
            while (end < cases.Count && cases[end].MemorySeed == cases[first].MemorySeed)
            {
                end++;
            }
            Send(cases, first, end);
            for (int index = first; index < end; index++)
            {
                outcomes[index] = Receive();
            }
            first = end;
        }
        return outcomes;
    }

    public void Dispose()
    {
        _requests.Close();
        if (!_process.WaitForExit(1000))
        {
            _process.Kill();
        }
        _replies.Dispose();
        _process.Dispose();
    }

    private void Send(IReadOnlyList<JudgeCase> cases, int first, int end)
    {
        bool newMemory = _memorySeed != cases[first].MemorySeed;
        int length = RequestBytes + (newMemory ? JudgeLayout.MemoryBytes : 0) + ((end - first) * CaseBytes);
        if (_request.Length < length)
        {
            _request = new byte[length];
        }
        Span<byte> request = _request;
        BinaryPrimitives.WriteUInt32LittleEndian(request, RequestMagic);
        BinaryPrimitives.WriteInt32LittleEndian(request[4..], end - first);
        BinaryPrimitives.WriteInt32LittleEndian(request[8..], newMemory ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(request[12..], 0);
        request = request[RequestBytes..];
        if (newMemory)
        {
            JudgeMemory.Fill(cases[first].MemorySeed).CopyTo(request);
            request = request[JudgeLayout.MemoryBytes..];
            _memorySeed = cases[first].MemorySeed;
        }
        for (int index = first; index < end; index++)
        {
            Write(cases[index], request);
            request = request[CaseBytes..];
        }
        _requests.Write(_request, 0, length);
        _requests.Flush();
    }

    private static void Write(JudgeCase test, Span<byte> target)
    {
        MemoryMarshal.AsBytes<ulong>(test.Registers).CopyTo(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target[128..], test.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(target[136..], (int)test.Mode);
        BinaryPrimitives.WriteInt32LittleEndian(target[140..], test.CodeOffset);
        BinaryPrimitives.WriteInt32LittleEndian(target[144..], test.Code.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[148..], 0);
        test.Code.CopyTo(target[152..]);
        test.Floating.CopyTo(target[216..]);
    }

    private JudgeOutcome Receive()
    {
        Span<byte> reply = stackalloc byte[OutcomeBytes];
        _replies.ReadExactly(reply);
        ulong[] registers = new ulong[16];
        reply.Slice(RegistersOffset, 128).CopyTo(MemoryMarshal.AsBytes(registers.AsSpan()));
        int count = BinaryPrimitives.ReadInt32LittleEndian(reply[172..]);
        MemoryChange[] changes = count == 0 ? [] : new MemoryChange[count];
        _replies.ReadExactly(MemoryMarshal.AsBytes(changes.AsSpan()));
        return new JudgeOutcome
        {
            Vector = BinaryPrimitives.ReadInt32LittleEndian(reply),
            ErrorCode = BinaryPrimitives.ReadUInt32LittleEndian(reply[4..]),
            FaultAddress = BinaryPrimitives.ReadUInt64LittleEndian(reply[8..]),
            InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(reply[16..]),
            Flags = BinaryPrimitives.ReadUInt64LittleEndian(reply[24..]),
            Registers = registers,
            Selectors = MemoryMarshal.Cast<byte, ushort>(reply.Slice(SelectorsOffset, 12)).ToArray(),
            Floating = reply[FloatingOffset..].ToArray(),
            Changes = changes,
        };
    }

    private static string? Build()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            return null;
        }
        string folder = Directory.CreateTempSubdirectory("testlab-judge-").FullName;
        string program = Path.Combine(folder, "judge");
        string source = Path.Combine(AppContext.BaseDirectory, "Native", "judge.c");
        try
        {
            using Process compiler = Process.Start("gcc", ["-O2", "-fno-stack-protector", "-z", "now", "-o", program, source]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? program : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No compiler here: the judge's tests are ignored with that reason.
            return null;
        }
    }
}
