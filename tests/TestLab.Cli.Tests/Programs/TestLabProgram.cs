using System.Diagnostics;

namespace TestLab.Cli.Tests.Programs;

/// <summary>The real program as a process of its own, without a terminal.</summary>
internal static class TestLabProgram
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "testlab.dll");

    public static Outcome Run(params string[] arguments) => Execute("dotnet", [Path, .. arguments]);

    public static Outcome Execute(string program, string[] arguments, string? folder = null, string input = "")
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                WorkingDirectory = folder ?? TestContext.CurrentContext.WorkDirectory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(LongestRun))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} runs on: {output.Result}{errors.Result}");
        }
        return new(process.ExitCode, output.Result, errors.Result);
    }
}
