using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// The host's own x87 and SSE, asked through a small C program that gcc builds when the tests start. It exists on
/// Linux x86-64 only; elsewhere the tests that need it are ignored.
/// </summary>
internal sealed class FloatJudge : IDisposable
{
    private readonly string _folder;
    private readonly Process _process;

    private FloatJudge(string folder, Process process)
    {
        _folder = folder;
        _process = process;
    }

    public static FloatJudge Start()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Ignore("The floating-point judge needs the FPU of a Linux x86-64 host.");
        }

        string folder = Directory.CreateTempSubdirectory("floatjudge").FullName;
        string program = Path.Combine(folder, "floatjudge");
        Run("gcc", ["-O1", "-mno-red-zone", "-x", "c", "-", "-o", program], ReadSource());
        return new FloatJudge(folder, Launch(program, []));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Ask(ReadOnlySpan<JudgeRequest> requests, Span<JudgeReply> replies)
    {
        // The judge reads a whole batch before it answers, so that neither side waits for the other.
        Stream input = _process.StandardInput.BaseStream;
        input.Write(BitConverter.GetBytes(requests.Length));
        input.Write(MemoryMarshal.AsBytes(requests));
        input.Flush();
        _process.StandardOutput.BaseStream.ReadExactly(MemoryMarshal.AsBytes(replies[..requests.Length]));
    }

    private static string ReadSource()
    {
        using Stream stream = typeof(FloatJudge).Assembly.GetManifestResourceStream("floatjudge.c")
            ?? throw new InvalidOperationException("floatjudge.c is not embedded in the test assembly.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static void Run(string program, string[] arguments, string input)
    {
        using Process process = Launch(program, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} could not build the floating-point judge.");
    }

    private static Process Launch(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"The floating-point tests compare with the host's FPU through a C program: {program} is needed.",
                exception);
        }
    }
}
