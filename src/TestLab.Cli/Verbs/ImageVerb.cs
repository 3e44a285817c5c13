using System.CommandLine;
using TestLab.Cli.Verbs.Images;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab image</c>: its own verbs are one file each in <c>Images</c>.</summary>
internal static class ImageVerb
{
    public static Command Create() => new("image", "List, build, import, show and remove images of guests.")
    {
        ListVerb.Create(),
        BuildVerb.Create(),
        ImportVerb.Create(),
        ShowVerb.Create(),
        RemoveVerb.Create(),
    };
}
