using System.Globalization;
using System.Text;
using System.Xml;
using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>The report for build servers: a suite for each cell, a case for each step; times are guest time.</summary>
/// <remarks>A cell that ended outside its steps (a machine never got ready) has one more case, named after that.</remarks>
public static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = true,
    };

    public static void Write(LabResult result, Stream output)
    {
        using var xml = XmlWriter.Create(output, Settings);
        xml.WriteStartElement("testsuites");
        foreach (CellResult cell in result.Cells) WriteSuite(xml, result, cell);
        xml.WriteEndElement();
    }

    private static void WriteSuite(XmlWriter xml, LabResult result, CellResult cell)
    {
        bool endedOutside = EndedOutsideItsSteps(cell);
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", SuiteOf(result, cell));
        xml.WriteAttributeString("tests", Number(cell.Steps.Count + (endedOutside ? 1 : 0)));
        xml.WriteAttributeString("failures", Number(cell.Steps.Count(IsFailure)));
        xml.WriteAttributeString("errors", endedOutside ? "1" : "0");
        xml.WriteAttributeString("skipped", Number(cell.Steps.Count(step => step.Verdict == StepVerdict.Skipped)));
        xml.WriteAttributeString("time", Seconds(cell.VirtualNanoseconds));
        xml.WriteAttributeString("timestamp", result.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("hostname", "testlab");
        xml.WriteStartElement("properties");
        WriteProperty(xml, "seed", Number(cell.Seed));
        if (cell.Hash is { } hash) WriteProperty(xml, "hash", hash);
        foreach ((string name, string value) in cell.Variables) WriteProperty(xml, name, value);
        xml.WriteEndElement();
        foreach (StepResult step in cell.Steps) WriteCase(xml, SuiteOf(result, cell), step);
        if (endedOutside) WriteEnd(xml, SuiteOf(result, cell), cell);
        xml.WriteEndElement();
    }

    private static bool EndedOutsideItsSteps(CellResult cell) => cell.Verdict != Verdict.Passed && !cell.Steps.Any(IsFailure);

    private static bool IsFailure(StepResult step) => step.Verdict is StepVerdict.Failed or StepVerdict.TimedOut;

    private static string SuiteOf(LabResult result, CellResult cell) =>
        cell.Name.Length == 0 ? result.Lab : $"{result.Lab} {cell.Name}";

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("value", Clean(value));
        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, string suite, StepResult step)
    {
        StartCase(xml, suite, step.Name, step.EndNanoseconds - step.StartNanoseconds);
        if (step.Verdict == StepVerdict.Skipped) xml.WriteElementString("skipped", "");
        if (IsFailure(step))
        {
            IEnumerable<string> checks = step.Attempts.SelectMany(attempt => attempt.Checks)
                .Where(check => !check.Passed)
                .Select(check => $"{check.Subject}: expected {check.Expected}\ngot {check.Got}");
            WriteProblem(xml, "failure", Words.Of(step.Verdict), step.Failure ?? "", string.Join('\n', checks));
        }

        WriteOutput(xml, "system-out", step.Attempts.Select(attempt => attempt.Stdout));
        WriteOutput(xml, "system-err", step.Attempts.Select(attempt => attempt.Stderr));

        xml.WriteEndElement();
    }

    private static void WriteOutput(XmlWriter xml, string element, IEnumerable<string> outputs)
    {
        string text = string.Join('\n', outputs.Where(output => output.Length > 0));
        if (text.Length > 0) xml.WriteElementString(element, Clean(text));
    }

    private static void WriteEnd(XmlWriter xml, string suite, CellResult cell)
    {
        StartCase(xml, suite, "the lab itself", cell.VirtualNanoseconds);
        string consoles = string.Join("\n\n", cell.Machines
            .Where(machine => machine is { StartedAtNanoseconds: not null, ReadyAtNanoseconds: null })
            .Select(machine => $"console of {machine.Name}:\n{machine.ConsoleTail}"));
        WriteProblem(xml, "error", Words.Of(cell.Verdict), cell.Failure ?? "", consoles);
        xml.WriteEndElement();
    }

    private static void StartCase(XmlWriter xml, string suite, string name, long nanoseconds)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(suite));
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("time", Seconds(nanoseconds));
    }

    private static void WriteProblem(XmlWriter xml, string element, string type, string message, string text)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("message", Clean(message));
        xml.WriteAttributeString("type", type);
        xml.WriteString(Clean(text));
        xml.WriteEndElement();
    }

    /// <summary>Milliseconds at the finest: Jenkins' schema takes no more than three decimals.</summary>
    private static string Seconds(long nanoseconds) => (nanoseconds / 1e9).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>A guest prints what it likes; XML holds only some of it.</summary>
    private static string Clean(string text) =>
        string.Create(text.Length, text, (letters, source) =>
        {
            for (int index = 0; index < letters.Length; index++)
            {
                char letter = source[index];
                letters[index] = XmlConvert.IsXmlChar(letter) ? letter : '\uFFFD';
            }
        });
}
