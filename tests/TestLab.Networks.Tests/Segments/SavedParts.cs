using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Segments;

/// <summary>The parts of processes as bytes and back.</summary>
internal static class SavedParts
{
    public static byte[][] Save(params IEnumerable<LogicalProcess> processes) => [.. processes.SelectMany(process => process.Parts).Select(part =>
    {
        using var stream = new MemoryStream();
        part.Save(stream);
        return stream.ToArray();
    })];

    public static void Restore(byte[][] saved, params IEnumerable<LogicalProcess> processes)
    {
        StatePart[] parts = [.. processes.SelectMany(process => process.Parts)];
        Assert.That(parts, Has.Length.EqualTo(saved.Length));
        foreach ((StatePart part, byte[] state) in parts.Zip(saved)) part.Restore(new MemoryStream(state));
    }

    public static int Size(params IEnumerable<LogicalProcess> processes) => Save(processes).Sum(part => part.Length);
}
