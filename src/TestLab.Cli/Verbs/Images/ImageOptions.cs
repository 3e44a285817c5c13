using System.CommandLine;
using TestLab.Images;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary>What the verbs for images have in common.</summary>
internal static class ImageOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Argument<string> Name()
    {
        var name = new Argument<string>("NAME") { Description = "An image, such as tiny or debian:12-i386." };
        name.CompletionSources.Add(_ => ImageName.All.Select(known => known.ToString()));
        return name;
    }

    /// <exception cref="WrongInputException">There is no such image.</exception>
    public static ImageName Parse(string text)
    {
        if (ImageName.TryParse(text, out ImageName? name)) return name;
        string[] known = [.. ImageName.All.Select(image => image.ToString())];
        string all = string.Join(", ", known);
        string remedy = Spelling.Nearest(text, [.. known, "tiny", "debian"]) is { } nearest
            ? $"did you mean {nearest}? There are {all}"
            : $"there are {all}";
        throw new WrongInputException($"there is no image \"{text}\"", remedy);
    }

    /// <summary>The image that is in the cache under a name, or under the label of a recipe.</summary>
    /// <exception cref="WrongInputException">It is not there.</exception>
    public static GuestImage Built(string text)
    {
        var catalog = new ImageCatalog();
        if (text.StartsWith(ImageRecipe.LabelPrefix, StringComparison.Ordinal))
        {
            return catalog.FindLabelled(text) ?? throw new WrongInputException(
                $"there is no {text} in the cache", "a lab that describes it builds it; see testlab image list");
        }
        ImageName name = Parse(text);
        return catalog.Find(name) ?? throw NotBuilt(name);
    }

    public static WrongInputException NotBuilt(ImageName name) =>
        new($"{name} is not built", $"build it: testlab image build {name}");
}
