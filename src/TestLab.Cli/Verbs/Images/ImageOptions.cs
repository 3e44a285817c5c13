using System.CommandLine;
using TestLab.Images;
using TestLab.Images.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary>What the verbs for images have in common.</summary>
internal static class ImageOptions
{
    private const string OfName = "An image, such as tiny or debian:12-i386.";

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Argument<string?> NameOrLab()
    {
        var name = new Argument<string?>("NAME|LAB")
        {
            Description = "An image, such as tiny or debian:12-i386; or a lab, for all that it needs.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(_ => ImageName.All.Select(known => known.ToString()));
        return name;
    }

    public static Argument<string> Name() => WithNames(new Argument<string>("NAME") { Description = OfName });

    public static Argument<string?> OptionalName() =>
        WithNames(new Argument<string?>("NAME") { Description = OfName, Arity = ArgumentArity.ZeroOrOne });

    /// <exception cref="WrongInputException">There is no such image.</exception>
    public static ImageName Parse(string text)
    {
        if (ImageName.TryParse(text, out ImageName? name)) return name;
        string[] known = [.. ImageName.All.Select(image => image.ToString())];
        throw new WrongInputException(
            $"there is no image \"{text}\"", Remedy(text, [.. known, "tiny", "debian"], string.Join(", ", known)));
    }

    /// <summary>What to write in place of an unknown word: the nearest of the words, and all that there are.</summary>
    public static string Remedy(string word, IReadOnlyList<string> words, string all) =>
        Spelling.Nearest(word, words) is { } nearest ? $"did you mean {nearest}? There are {all}" : $"there are {all}";

    /// <summary>The image that is in the cache under a name, or under the label of a recipe.</summary>
    /// <exception cref="WrongInputException">It is not there.</exception>
    public static GuestImage Built(string text)
    {
        var catalog = new ImageCatalog();
        if (IsOwn(text))
        {
            return catalog.FindLabelled(text) ?? throw new WrongInputException(
                $"there is no {text} in the cache", "a lab that describes it builds it; see testlab image list");
        }
        ImageName name = Parse(text);
        return catalog.Find(name) ?? throw NotBuilt(name);
    }

    /// <summary>Whether it is the name of an image of the user's: a recipe's, or one that was given at its import.</summary>
    public static bool IsOwn(string text) =>
        text.StartsWith(ImageRecipe.LabelPrefix, StringComparison.Ordinal)
        || (ImageLabel.IsValid(text) && new ImageCatalog().FindLabelled(text) is not null);

    /// <summary>The images of the user's that are in the cache, by name.</summary>
    public static IEnumerable<GuestImage> Own() =>
        new ImageCatalog().List().Where(image => !ImageName.TryParse(image.Manifest.Name, out _));

    public static WrongInputException NotBuilt(ImageName name) =>
        new($"{name} is not built", $"build it: testlab image build {name}");

    private static Argument<T> WithNames<T>(Argument<T> name)
    {
        name.CompletionSources.Add(_ => ImageName.All.Select(known => known.ToString()).Concat(Own().Select(image => image.Manifest.Name)));
        return name;
    }
}
