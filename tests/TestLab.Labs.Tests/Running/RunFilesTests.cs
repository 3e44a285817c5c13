using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Simulation;

namespace TestLab.Labs.Tests.Running;

public sealed class RunFilesTests
{
    private const int PieceBytes = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("testlab-").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void AConsoleEndsAtItsLimitWithoutAGap()
    {
        using var files = new RunFiles(_folder);
        byte[] piece = new byte[PieceBytes];
        files.AddConsole("loud", "x"u8);
        for (long written = 0; written < RunFiles.ConsoleLimitBytes; written += PieceBytes)
            files.AddConsole("loud", piece);
        files.AddConsole("loud", "late"u8);
        files.AddConsole("calm", "hello"u8);
        files.Finish(VirtualTime.Zero, [], hasPassed: true);

        ResultFile[] expected =
        [
            new() { Kind = "console", Subject = "calm", Path = "calm.console", Bytes = 5 },
            new() { Kind = "console", Subject = "loud", Path = "loud.console", Bytes = RunFiles.ConsoleLimitBytes },
        ];
        Assert.That(files.All, Is.EqualTo(expected));
        Assert.That(files.Notes, Has.One.StartsWith("The file loud.console ends early: "));
        using FileStream console = File.OpenRead(Path.Combine(_folder, "loud.console"));
        console.Position = console.Length - 1;
        Assert.That(console.ReadByte(), Is.Zero, "What was written after the cut is not in the file.");
    }
}
