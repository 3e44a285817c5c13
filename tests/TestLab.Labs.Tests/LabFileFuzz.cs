using System.Diagnostics;
using System.Text;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Tests;

/// <summary>Breaks right lab files in ways that a seed decides; the reader answers each with a plan or with problems.</summary>
public sealed class LabFileFuzz
{
    private const int Rounds = 400;

    private static readonly string[] Words =
    [
        "${", "$${", "${index}", "&a", "*a", "<<: ", "!!binary ", "|", ">", "- ", "? ", ": ", "[", "]", "{", "}", "\"", "'", "\t", "#", "---\n",
        "null", "~", "-1", "0", "99999999999999999999", "1e9", "true", "machines:", "count: 256", "10.0.0.0/8", "all", "\u2028", "\uFEFF",
        "after: [client, server, proxy]", "use: node", "matrix: { a: [1, 2] }", "%YAML 9.9\n", "\\x00", "99999999999999999h", "/(/",
    ];

    [Test, Category("Slow")]
    public void NoBrokenFileBreaksTheReader([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        string[] texts = [.. Sample.Labs.Select(path => File.ReadAllText(Path.Combine(Sample.Root, path)))];
        for (var round = 0; round < Rounds; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[random.Next(texts.Length)]);
            int changes = random.Next(1, 6);
            for (var change = 0; change < changes; change++) bytes = Mutate(bytes, random);
            AssertAnswered(bytes, $"seed {seed}, round {round}");
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        int line = random.Next(lines.Length);
        switch (random.Next(8))
        {
            case 0:
                if (at < bytes.Length) bytes[at] = (byte)random.Next(256);
                return bytes;
            case 1:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]), .. bytes[at..]];
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 20))..]];
            case 3:
                return Join([.. lines[..line], .. lines[(line + 1)..]]);
            case 4:
                return Join([.. lines[..line], lines[random.Next(lines.Length)], .. lines[line..]]);
            case 5:
                lines[line] = new string(' ', random.Next(6)) + lines[line];
                return Join(lines);
            case 6:
                lines[line] = lines[line].Length == 0 ? "x" : lines[line][..^1];
                return Join(lines);
            default:
                int colon = lines[line].IndexOf(": ", StringComparison.Ordinal);
                if (colon >= 0) lines[line] = lines[line][..(colon + 2)] + Words[random.Next(Words.Length)];
                return Join(lines);
        }
    }

    private static byte[] Join(string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));

    private static void AssertAnswered(byte[] bytes, string what)
    {
        var watch = Stopwatch.StartNew();
        LabReading reading = LabFile.Parse(bytes, "lab.yaml", Path.Combine(Sample.Root, "labs/web"), new TestProfiles());
        int lines = bytes.Count(value => value == '\n') + 2;
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), what);
        Assert.That(reading.Plan is null, Is.EqualTo(reading.Problems.Count > 0), what);
        Assert.That(reading.Problems.Where(problem => problem.Line < 1 || problem.Line > lines || problem.Column < 1
            || problem.Message.Contains('\n')), Is.Empty, what);
        if (reading.Plan is { } plan) Assert.That(CanonicalForm.Of(plan.Cells[0]), Is.Not.Empty, what);
    }
}
