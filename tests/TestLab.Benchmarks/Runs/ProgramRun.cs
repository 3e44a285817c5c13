using System.Diagnostics;

namespace TestLab.Benchmarks.Runs;

/// <summary>One run of a program, with the moments at which it said something.</summary>
internal sealed record ProgramRun(int ExitCode, TimeSpan Length, IReadOnlyList<(TimeSpan At, string Line)> Errors, TimeSpan? FirstBytes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="watched">A file whose first bytes are waited for, if any.</param>
    /// <param name="program">What is run.</param>
    /// <param name="arguments">Its words.</param>
    public static ProgramRun Of(string? watched, string program, params string[] arguments)
    {
        var errors = new List<(TimeSpan, string)>();
        long start = Stopwatch.GetTimestamp();
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) errors.Add((Stopwatch.GetElapsedTime(start), text));
        };
        process.OutputDataReceived += (_, _) => { };
        process.Start();
        process.StandardInput.Close();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        TimeSpan? firstBytes = watched is null ? null : Await(process, watched, start);
        if (!process.WaitForExit(Patience)) throw new TimeoutException($"{program} {string.Join(' ', arguments)}");
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, Stopwatch.GetElapsedTime(start), errors, firstBytes);
    }

    /// <summary>When a line was said that holds the text.</summary>
    public TimeSpan When(string text) => Errors.First(each => each.Line.Contains(text, StringComparison.Ordinal)).At;

    private static TimeSpan? Await(Process process, string file, long start)
    {
        var place = new FileInfo(file);
        while (!process.HasExited)
        {
            place.Refresh();
            if (place is { Exists: true, Length: > 0 }) return Stopwatch.GetElapsedTime(start);
        }

        return null;
    }
}
