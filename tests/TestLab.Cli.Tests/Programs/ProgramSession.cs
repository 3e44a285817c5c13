using System.Diagnostics;
using System.Globalization;

namespace TestLab.Cli.Tests.Programs;

/// <summary>The real program in a session and with a folder for temporary files of its own: what it leaves is seen.</summary>
internal sealed class ProgramSession : IDisposable
{
    private readonly Process _process;
    private readonly string _temporary;

    /// <param name="folder">Where its folder for temporary files is made.</param>
    /// <param name="variables">Of its environment, as <c>NAME=value</c>.</param>
    /// <param name="arguments">Of the program.</param>
    public ProgramSession(string folder, string[] variables, params string[] arguments)
    {
        _temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        _process = new Process
        {
            // As a user's shell starts it: signals do what they usually do. Without the debugger's files, as the launcher does.
            StartInfo = new("setsid",
            [
                "env", "--default-signal=INT,TERM,HUP", $"TMPDIR={_temporary}", "DOTNET_EnableDiagnostics=0", .. variables,
                "dotnet", TestLabProgram.Path, .. arguments,
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.Start();
    }

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Errors => _process.StandardError;

    public bool HasExited => _process.HasExited;

    public IEnumerable<string> TemporaryFiles => Directory.EnumerateFileSystemEntries(_temporary);

    /// <summary>The processes of the session, the program's own among them.</summary>
    public IEnumerable<int> Processes => Directory.EnumerateDirectories("/proc")
        .Select(place => int.TryParse(Path.GetFileName(place), CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && SessionOf(id) == _process.Id);

    public void Signal(string name) => TestLabProgram.Execute("kill", [$"-{name}", $"{_process.Id}"]);

    /// <summary>Waits for the end; what it said by then is read on.</summary>
    public (int ExitCode, string Output, string Errors) End()
    {
        Task<string> errors = Errors.ReadToEndAsync();
        string output = Output.ReadToEnd();
        _process.WaitForExit();
        return (_process.ExitCode, output, errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>Field 6 of <c>stat</c>; the name before it may hold anything but ends with the last parenthesis.</summary>
    private static int SessionOf(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? 0 : int.Parse(fields[3], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0; // It is gone by now.
        }
    }
}
