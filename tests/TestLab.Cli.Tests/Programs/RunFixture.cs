using System.Diagnostics;
using System.Text.Json;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Tests that run labs have a folder, and the program's data in it.</summary>
public abstract class RunFixture
{
    protected string Folder { get; private set; } = "";

    [SetUp]
    public void MakeFolder()
    {
        Folder = Directory.CreateTempSubdirectory("runs-").FullName;
        Environment.SetEnvironmentVariable("TESTLAB_DATA", Path.Combine(Folder, "data"));
    }

    [TearDown]
    public void RemoveFolder()
    {
        Environment.SetEnvironmentVariable("TESTLAB_DATA", null);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The runs that the catalog knows, the newest first.</summary>
    protected static List<JsonElement> Runs()
    {
        using JsonDocument list = JsonDocument.Parse(TestLabProgram.Run("runs", "list", "--json").Output);
        return [.. list.RootElement.EnumerateArray().Select(run => run.Clone())];
    }

    /// <summary>A lab file of the name <c>lab</c> with the text after its first line.</summary>
    protected string Lab(string text)
    {
        string path = Path.Combine(Folder, "lab.yaml");
        File.WriteAllText(path, $"lab: lab\n{text}\n");
        return path;
    }

    private protected static Process Start(string program, params string[] arguments)
    {
        var process = new Process
        {
            StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        return process;
    }

    /// <summary>Reads on until a line says it.</summary>
    private protected static void Await(StreamReader lines, string text)
    {
        var seen = new List<string>();
        while (lines.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
            seen.Add(line);
        }

        Assert.Fail($"\"{text}\" was never said, but: {string.Join('\n', seen)}");
    }
}
