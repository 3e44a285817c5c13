using System.CommandLine;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab completion</c>: a script for bash that asks the program itself what could come next.</summary>
internal static class CompletionVerb
{
    private const string Script = """
        _testlab() {
            local word=${COMP_WORDS[COMP_CWORD]}
            local known=$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)
            COMPREPLY=($(compgen -W "$known" -- "$word"))
            ((${#COMPREPLY[@]})) || COMPREPLY=($(compgen -f -- "$word"))
        }
        complete -o filenames -F _testlab testlab ./testlab
        """;

    public static Command Create()
    {
        var verb = new Command("completion", "Print the completion script for bash: source <(testlab completion)");
        verb.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(Script));
        return verb;
    }
}
