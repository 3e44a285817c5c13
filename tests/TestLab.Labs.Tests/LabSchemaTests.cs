using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Tests;

/// <summary>The schema says yes to what the reader takes, and no to unknown keys, words and units.</summary>
public sealed class LabSchemaTests
{
    private JsonSchema _schema = new();

    [OneTimeSetUp]
    public async Task ReadTheSchema() => _schema = await JsonSchema.FromJsonAsync(
        LabSchema.Text().Replace("$defs", "definitions", StringComparison.Ordinal)); // The judge knows the older word only.

    [TestCaseSource(typeof(Sample), nameof(Sample.Labs))]
    public void TheLabsFitTheSchema(string path) =>
        Assert.That(Judge(File.ReadAllText(Path.Combine(Sample.Root, path))), Is.Empty);

    [Test]
    public void EverySnippetOfTheReferenceFitsTheSchema()
    {
        foreach ((int number, string yaml) in Sample.Snippets()) Assert.That(Judge(yaml), Is.Empty, $"snippet {number}: {yaml}");
    }

    [TestCase("lab: a\nmachines: { m: { image: tiny, memry: 1MiB } }\n")]
    [TestCase("lab: a\nmachines: { m: { image: tiny, memory: 128 } }\n")]
    [TestCase("lab: a\nmachines: { m: { image: tiny, cpu: z80 } }\n")]
    [TestCase("lab: a\n")]
    [TestCase("machines: { m: { image: tiny } }\n")]
    [TestCase("lab: a\nmachines: { m: { image: tiny, start: { dealy: 5s } } }\n")]
    [TestCase("lab: a\nmachines: { m: { image: tiny } }\nsteps: [{ rum: ls }]\n")]
    public void WhatIsWrongDoesNotFit(string yaml) => Assert.That(Judge(yaml), Is.Not.Empty);

    [Test]
    public void TheSchemaIsTheSameEveryTime()
    {
        string first = LabSchema.Text();
        Assert.That(LabSchema.Text(), Is.EqualTo(first));
    }

    private ICollection<ValidationError> Judge(string yaml)
    {
        var problems = new ProblemList();
        Node? root = YamlReader.Read(Encoding.UTF8.GetBytes(yaml), problems);
        Assert.That(problems.Of("lab.yaml"), Is.Empty);
        return _schema.Validate(ToJson(root)?.ToJsonString() ?? "null");
    }

    // As YAML's core schema has it, which editors use.
    private static JsonNode? ToJson(Node? node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        ScalarNode { IsNothing: true } => null,
        ScalarNode { IsPlain: true, Text: "true" or "false" } flag => JsonValue.Create(flag.Text == "true"),
        ScalarNode { IsPlain: true } scalar when decimal.TryParse(scalar.Text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) => JsonValue.Create(number),
        ScalarNode scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };
}
