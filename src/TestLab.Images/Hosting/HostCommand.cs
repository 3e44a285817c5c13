using System.ComponentModel;
using System.Diagnostics;

namespace TestLab.Images.Hosting;

/// <summary>One run of a program of the host, without a shell; cancelled, it and its children are killed.</summary>
internal sealed class HostCommand(string program, params IEnumerable<string> arguments)
{
    private const int ReportedLines = 12;

    // Its standard input stays open for as long as this process lives, whatever ends it; then the program is killed with
    // all that it started in its group.
    private const string Guard = """
        exec 3<&0
        setsid "$@" < /dev/null &
        program=$!
        { cat <&3; kill -s KILL -- -$program; } > /dev/null 2>&1 &
        exec 3<&-
        wait $program
        """;

    private readonly List<string> _arguments = [.. arguments];
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8" };
    private string? _folder;
    private bool _isGuarded;

    /// <summary>Sets a variable of the program's environment.</summary>
    public HostCommand With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    /// <summary>Sets the folder in which the program starts.</summary>
    public HostCommand In(string folder)
    {
        _folder = folder;
        return this;
    }

    /// <summary>Has the program killed when this process is: for what works long and writes much.</summary>
    public HostCommand Guarded()
    {
        _isGuarded = true;
        return this;
    }

    /// <summary>Runs the program to its end and gives what it wrote to its standard output.</summary>
    /// <exception cref="CommandFailedException">Its exit code is not zero.</exception>
    /// <exception cref="MissingToolException">There is no such program.</exception>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        (int exitCode, string output, string errors) = await TryRunAsync(cancellation).ConfigureAwait(false);
        return exitCode == 0
            ? output
            : throw new CommandFailedException(ToString(), exitCode, LastLines(errors.Length > 0 ? errors : output));
    }

    /// <summary>Runs the program to its end and gives all that it said.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> TryRunAsync(CancellationToken cancellation)
    {
        using Process process = Start();
        if (!_isGuarded)
        {
            process.StandardInput.Close();
        }
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        process.StandardInput.Close();
        return (process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
    }

    public override string ToString() => string.Join(' ', _arguments.Prepend(program));

    private Process Start()
    {
        ProcessStartInfo start = new(
            _isGuarded ? "sh" : program, _isGuarded ? ["-c", Guard, "sh", program, .. _arguments] : _arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder ?? "",
        };
        foreach ((string variable, string value) in _environment)
        {
            start.Environment[variable] = value;
        }
        try
        {
            return Process.Start(start) ?? throw new MissingToolException(program, HostTools.PackageOf(program));
        }
        catch (Win32Exception)
        {
            throw new MissingToolException(program, HostTools.PackageOf(program));
        }
    }

    /// <summary>The end of what a program wrote: there the reason is, as a rule.</summary>
    public static string LastLines(string text)
        => string.Join('\n', text.Trim().Split('\n').TakeLast(ReportedLines));
}
