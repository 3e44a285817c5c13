namespace TestLab.Benchmarks.Races;

/// <summary>This program once more, in a process of its own.</summary>
internal static class OwnProgram
{
    public static ProcessContender Start(string name, params string[] arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The process has no path.");
        bool isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return new ProcessContender(name, program, isHosted ? [typeof(OwnProgram).Assembly.Location, .. arguments] : arguments);
    }
}
