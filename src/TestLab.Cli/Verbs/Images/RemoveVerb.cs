using System.CommandLine;
using TestLab.Images;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image rm</c>.</summary>
internal static class RemoveVerb
{
    public static Command Create()
    {
        var name = ImageOptions.Name();
        var verb = new Command("rm", "Remove what is built of an image, of older recipes too.") { name };
        verb.SetAction(parsed =>
        {
            string given = parsed.GetRequiredValue(name);
            string wanted = ImageOptions.IsOwn(given) ? given : ImageOptions.Parse(given).ToString();
            var catalog = new ImageCatalog();
            GuestImage[] images = [.. catalog.List().Where(image => image.Manifest.Name == wanted)];
            if (images.Length == 0) ImageOptions.Built(wanted);
            foreach (GuestImage image in images) catalog.RemoveAsync(image).GetAwaiter().GetResult();
            return (int)ExitCode.Passed;
        });
        return verb;
    }
}
