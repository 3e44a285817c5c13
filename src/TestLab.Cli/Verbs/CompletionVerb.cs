using System.CommandLine;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab completion</c>: a script for a shell, which asks the program what could come next.</summary>
internal static class CompletionVerb
{
    private const string Bash = """
        _testlab() {
            local word=${COMP_WORDS[COMP_CWORD]}
            local known=$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)
            COMPREPLY=($(compgen -W "$known" -- "$word"))
            ((${#COMPREPLY[@]})) || COMPREPLY=($(compgen -f -- "$word"))
        }
        complete -o filenames -F _testlab testlab ./testlab
        """;

    private const string Zsh = """
        _testlab() {
            local known=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)}")
            compadd -a known || _files
        }
        compdef _testlab testlab ./testlab
        """;

    private const string Fish = """
        function _testlab
            set -l line (commandline --cut-at-cursor)
            set -l program (commandline --tokenize --cut-at-cursor)[1]
            $program "[suggest:"(string length -- $line)"]" $line 2> /dev/null
        end
        complete --command testlab --arguments '(_testlab)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = "bash, zsh or fish (default: bash).",
            DefaultValueFactory = _ => "bash",
        };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        var verb = new Command("completion", "Print a shell's completion script: source <(testlab completion)")
        {
            shell,
        };
        verb.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(shell);
            parsed.InvocationConfiguration.Output.WriteLine(name switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => throw new WrongInputException($"no completion for {name}", "name bash, zsh or fish"),
            });
        });
        return verb;
    }
}
