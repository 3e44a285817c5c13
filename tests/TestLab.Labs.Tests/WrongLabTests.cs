using System.Text;

namespace TestLab.Labs.Tests;

/// <summary>Wrong lab files with every message: the table is <c>Cases/wrong-labs.txt</c>.</summary>
public sealed class WrongLabTests
{
    private static IEnumerable<TestCaseData> Cases =>
        from part in File.ReadAllText(Path.Combine(Sample.Root, "tests/TestLab.Labs.Tests/Cases/wrong-labs.txt")).Split("\n=== ").Skip(1)
        let name = part[..part.IndexOf('\n')]
        let body = part[(name.Length + 1)..].Split("\n=> ")
        // A backslash and t stand for a tab, which the editors of this tree would not keep.
        select new TestCaseData(body[0].Replace("\\t", "\t", StringComparison.Ordinal) + "\n", body.Skip(1).Select(line => line.TrimEnd()).ToArray()).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Cases))]
    public void EveryErrorIsShownAtItsPlace(string yaml, string[] expected) =>
        Assert.That(Sample.Read(yaml).Problems.Select(problem => $"{problem.Line}:{problem.Column}: {problem.Message}"), Is.EqualTo(expected));

    [Test]
    public void TheTableIsLong() => Assert.That(Cases.Count(), Is.GreaterThanOrEqualTo(80));

    [Test]
    public void BytesThatAreNoUtf8AreShown()
    {
        byte[] bytes = [.. "lab: caf"u8, 0xE9, (byte)'\n'];
        AssertOnly(bytes, "lab.yaml:1:9: the byte 0xE9 is not UTF-8; save the file in that encoding");
    }

    [Test]
    public void AControlCharacterIsShown() => AssertOnly("lab: a\0b\n"u8.ToArray(), "lab.yaml:1:7: the character U+0000 cannot stand in a lab file");

    [Test]
    public void AnEmptyFileIsShown() => AssertOnly([], "lab.yaml:1:1: the file is empty; a lab file begins with lab: NAME");

    [Test]
    public void AMarkOfTheByteOrderIsNoMatter() =>
        Assert.That(Sample.Read("\uFEFFlab: a\nmachines: { m: { image: tiny } }\n").Plan, Is.Not.Null);

    [Test]
    public void ALargeFileIsRefused()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("# " + new string('x', 1 << 20));
        AssertOnly(bytes, "lab.yaml:1:1: the file has 1048578 bytes; a lab file has at most 1048576");
    }

    [Test]
    public void ManyValuesAreRefused()
    {
        LabReading reading = Sample.Read("lab: a\nmachines: { m: { image: tiny } }\nmatrix: { v: [" + string.Join(',', Enumerable.Range(0, 30_000)) + "] }\n");
        Assert.That(reading.Problems.Single().Message, Is.EqualTo("the file has more than 20000 values"));
    }

    [Test]
    public void DeepNestingIsRefused()
    {
        LabReading reading = Sample.Read("lab: " + new string('[', 100_000));
        Assert.That(reading.Problems.Single().Message, Is.EqualTo("values are nested more than 32 deep"));
    }

    [Test, CancelAfter(20_000)]
    public void VariablesThatDoubleEachOtherAreRefused()
    {
        var yaml = new StringBuilder("lab: a\nmachines: { m: { image: tiny } }\nvariables:\n  v0: 0123456789\n");
        for (var i = 1; i < 64; i++) yaml.Append($"  v{i}: \"${{v{i - 1}}}${{v{i - 1}}}\"\n");
        Assert.That(Sample.Read(yaml.ToString()).Problems[0].Message, Does.StartWith("with its variables the text has more than 65536 characters"));
    }

    [Test]
    public void ErrorsWithoutNumberEndSomewhere()
    {
        string yaml = "lab: a\nmachines: { m: { image: tiny } }\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"x{i}: 1\n"));
        Assert.That(Sample.Read(yaml).Problems, Has.Count.EqualTo(200));
    }

    private static void AssertOnly(byte[] bytes, string expected) => Assert.That(
        LabFile.Parse(bytes, "lab.yaml", Sample.Root, new TestProfiles()).Problems.Select(problem => problem.ToString()), Is.EqualTo(new[] { expected }));
}
