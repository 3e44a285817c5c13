using System.Text;
using System.Text.Json.Nodes;
using TestLab.Protocol.Runs;
using TestLab.Protocol.Wire;

namespace TestLab.Protocol.Tests.Wire;

public sealed class MessageFormatTests
{
    private static readonly StopRun Stop = new(new RunId("a"));

    private static IEnumerable<IMessage> Messages => Samples.All;

    /// <summary>Messages as version 1 wrote them: the manifest, a blank, the JSON.</summary>
    private static string[] Released => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Wire", "version-1.txt"));

    [Test]
    public void EveryTypeOfMessageHasItsSample() =>
        Assert.That(Samples.All.Select(MessageFormat.ManifestOf), Is.EquivalentTo(MessageFormat.Manifests.Keys));

    [TestCaseSource(nameof(Messages))]
    public void AMessageComesBackAsItWas(IMessage message)
    {
        byte[] bytes = MessageFormat.Write(message);
        Assert.That(bytes[0], Is.EqualTo(MessageFormat.Version));
        IMessage read = MessageFormat.Read(bytes, MessageFormat.ManifestOf(message));
        Assert.That(read, Is.TypeOf(message.GetType()));
        Assert.That(read, Is.EqualTo(message).UsingPropertiesComparer());
        Assert.That(MessageFormat.Write(read), Is.EqualTo(bytes));
    }

    [Test]
    public void WhatTheFirstVersionWroteIsReadForEver()
    {
        Dictionary<string, IMessage> samples = Samples.All.ToDictionary(MessageFormat.ManifestOf);
        Assert.That(Released, Has.Length.GreaterThanOrEqualTo(23));
        foreach (string line in Released)
        {
            string[] parts = line.Split(' ', 2);
            IMessage read = MessageFormat.Read([1, .. Encoding.UTF8.GetBytes(parts[1])], parts[0]);
            // What was added later has its default, and only what is there is written again.
            Assert.That(JsonNode.DeepEquals(Json(MessageFormat.Write(read)), JsonNode.Parse(parts[1])), Is.True, line);
            JsonObject today = Json(MessageFormat.Write(samples[parts[0]]));
            foreach ((string name, JsonNode? value) in Json(MessageFormat.Write(read)))
                Assert.That(JsonNode.DeepEquals(today[name], value), Is.True, $"{parts[0]}.{name}");
        }
    }

    private static JsonObject Json(byte[] message) =>
        JsonNode.Parse(message.AsSpan(1))?.AsObject() ?? throw new AssertionException("The message is null.");

    [Test]
    public void APropertyOfALaterVersionIsSkipped() => Assert.That(
        MessageFormat.Read([1, .. """{"run":{"name":"a"},"reason":{"code":[7]}}"""u8], nameof(StopRun)), Is.EqualTo(Stop));

    [Test]
    public void AMissingOptionalPropertyHasItsDefault()
    {
        byte[] bytes = [1, .. """{"run":{"name":"a"},"labFile":"/l","labName":"l","folder":"/f"}"""u8];
        var start = (StartRun)MessageFormat.Read(bytes, nameof(StartRun));
        Assert.That((start.Only.Count, start.Seed, start.Threads, start.Jobs, start.Engine, start.Version),
            Is.EqualTo((0, (ulong?)null, (int?)null, (int?)null, (string?)null, "")));
    }

    [Test]
    public void AnotherVersionIsRefusedByName()
    {
        byte[] bytes = MessageFormat.Write(Stop);
        bytes[0] = 2;
        Assert.That(() => MessageFormat.Read(bytes, nameof(StopRun)),
            Throws.TypeOf<MessageFormatException>().With.Message.Contains("version 2"));
    }

    [TestCase("StopRun", "")]
    [TestCase("StopRun", "\u0001")]
    [TestCase("StopRun", "\u0001null")]
    [TestCase("StopRun", "\u0001[1, 2")]
    [TestCase("StopRun", "\u0001\"text\"")]
    [TestCase("CellEnded", "\u0001{\"cell\":{\"run\":{\"name\":\"a\"},\"cell\":\"\"},\"verdict\":\"Splendid\"}")]
    [TestCase("StartRun", "\u0001{\"run\":{\"name\":\"a\"}}")]
    [TestCase("String", "\u0001\"text\"")]
    [TestCase("", "\u0001{}")]
    public void WhatIsNoMessageIsRefused(string manifest, string text) => Assert.That(
        () => MessageFormat.Read(Encoding.UTF8.GetBytes(text), manifest), Throws.TypeOf<MessageFormatException>());

    [Test]
    public void AMessageHasALargestSize()
    {
        var machine = new MachineId(new CellId(new RunId("a"), ""), "b");
        int rest = MessageFormat.Write(new ConsoleLinesWritten(machine, [""])).Length;
        string line = new('x', MessageFormat.BytesMax - rest);
        Assert.That(MessageFormat.Write(new ConsoleLinesWritten(machine, [line])), Has.Length.EqualTo(MessageFormat.BytesMax));
        Assert.That(() => MessageFormat.Write(new ConsoleLinesWritten(machine, [line + "x"])),
            Throws.TypeOf<MessageFormatException>());
    }
}
