using System.CommandLine;
using System.CommandLine.Help;
using TestLab.Cli.Verbs;

namespace TestLab.Cli;

/// <summary>The whole command line: each verb is one file in <c>Verbs</c>.</summary>
public static class CommandLine
{
    /// <summary>Words reach the verbs as they were typed: no files of arguments, no bundles of letters.</summary>
    public static ParserConfiguration Parsing { get; } =
        new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    public static RootCommand Create()
    {
        var root = new RootCommand("A virtual test lab: stock operating systems in virtual time, exactly repeatable.")
        {
            RunVerb.Create(),
            RunsVerb.Create(),
            BootVerb.Create(),
            ValidateVerb.Create(),
            PlanVerb.Create(),
            SchemaVerb.Create(),
            ImageVerb.Create(),
            TestVerb.Create(),
            CompletionVerb.Create(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action) action.MaxWidth = 80;
        }
        return root;
    }

    /// <summary>Parses and runs; wrong words are one line on <paramref name="errors"/>.</summary>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        RootCommand root = Create();
        ParseResult parsed = root.Parse(arguments, Parsing);
        if (arguments.Length == 0) parsed = root.Parse(["--help"], Parsing);
        if (parsed.Errors.Count > 0 && !parsed.Tokens.Any(token => token.Value is "--help" or "-h"))
        {
            throw new WrongInputException(Complaint.About(parsed), Complaint.Remedy(parsed));
        }
        return parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
    }
}
