using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image rm</c>: an image, or what was fetched to build images.</summary>
internal static class RemoveVerb
{
    public static Command Create()
    {
        Argument<string?> name = ImageOptions.OptionalName();
        var downloads = new Option<bool>("--downloads")
        {
            Description = "Remove the packages that were fetched for builds; what is wanted again is fetched again.",
        };
        var verb = new Command("rm", "Remove what is built of an image, of older recipes too.") { name, downloads };
        verb.SetAction(parsed =>
        {
            string? given = parsed.GetValue(name);
            bool hasDownloads = parsed.GetValue(downloads);
            if (given is null && !hasDownloads) throw new WrongInputException("what is to be removed?", "name an image, or --downloads");
            if (given is not null) Remove(given);
            if (hasDownloads) RemoveDownloads(parsed.InvocationConfiguration.Output);
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static void Remove(string given)
    {
        string wanted = ImageOptions.IsOwn(given) ? given : ImageOptions.Parse(given).ToString();
        var catalog = new ImageCatalog();
        GuestImage[] images = [.. catalog.List().Where(image => image.Manifest.Name == wanted)];
        if (images.Length == 0) ImageOptions.Built(wanted);
        foreach (GuestImage image in images) catalog.RemoveAsync(image).GetAwaiter().GetResult();
    }

    private static void RemoveDownloads(TextWriter output)
    {
        using var interruption = new Interruption();
        long bytes = new ImageCatalog().RemoveDownloadsAsync(interruption.Token).GetAwaiter().GetResult();
        output.WriteLine($"{Unit.Size.Approximate(bytes)} freed");
    }
}
