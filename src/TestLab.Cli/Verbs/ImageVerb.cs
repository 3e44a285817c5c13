using System.CommandLine;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab image list|build|show|rm</c>.</summary>
internal static class ImageVerb
{
    public static Command Create() => new("image", "List, build, show and remove the images of guests.")
    {
        new Command("list", "List the images that can be had, and what is built of them."),
    };
}
