
using System.CommandLine;
using System.CommandLine.Parsing;
using TestLab.Images.Words;

namespace TestLab.Cli;

/// <summary>Puts the parser's first objection into one line of ours.</summary>
internal static class Complaint
{
    public static string About(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count == 0) return About(parsed.Errors[0]);
        string word = parsed.UnmatchedTokens[0];
        bool hasVerbs = parsed.CommandResult.Command.Subcommands.Any();
        string kind = word.StartsWith('-') ? "option" : hasVerbs ? "verb" : "word";
        return $"unknown {kind} {word}";
    }

    public static string Remedy(ParseResult parsed)
    {
        string help = $"see {Path(parsed.CommandResult)} --help";
        if (parsed.UnmatchedTokens.Count == 0) return help;
        string word = parsed.UnmatchedTokens[0].Split('=')[0];
        return Spelling.Nearest(word, Known(parsed.CommandResult, isOption: word.StartsWith('-'))) is { } nearest
            ? $"did you mean {nearest}?"
            : help;
    }

    private static string About(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult } missing => $"{missing.Argument.Name} is missing",
        _ => error.Message.TrimEnd('.'),
    };

    private static IEnumerable<string> Known(CommandResult? result, bool isOption)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            IEnumerable<Symbol> symbols = isOption ? result.Command.Options : result.Command.Subcommands;
            foreach (Symbol symbol in symbols.Where(symbol => !symbol.Hidden)) yield return symbol.Name;
        }
    }

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "testlab";
}
