using System.Text.RegularExpressions;

namespace TestLab.Images;

/// <summary>What a user calls an image of his own.</summary>
public static partial class ImageLabel
{
    /// <summary>The rule, in words.</summary>
    public const string Rule = "small letters, digits, dots and hyphens, but no name that is taken already";

    /// <summary>The rule, as a regular expression.</summary>
    public const string Pattern = "[a-z0-9][a-z0-9.-]{0,62}";

    public static bool IsValid(string name)
        => Form().IsMatch(name) && !ImageName.TryParse(name, out _);

    [GeneratedRegex($@"\A{Pattern}\z")]
    private static partial Regex Form();
}
