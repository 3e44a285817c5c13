using System.CommandLine;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab test</c>: here for the help alone, since the launcher runs the tests with the SDK.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        var fast = new Option<bool>("--fast") { Description = "Leave out the tests that take longer than 10 s." };
        var filter = new Option<string>("--filter")
        {
            Description = "Only these, as in dotnet test.",
            HelpName = "EXPR",
        };
        var rest = new Argument<string[]>("ARGS")
        {
            Description = "Passed on to dotnet test.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var verb = new Command("test", "Run the tests of TestLab itself.") { fast, filter, rest };
        verb.SetAction(SendToLauncher);
        return verb;
    }

    private static void SendToLauncher(ParseResult parsed) => throw new WrongInputException(
        "tests are run by the launcher", "call the script testlab at the top of the repository");
}
