using TestLab.Images.Words;

namespace TestLab.Labs.Words;

/// <summary>Puts a user's word into a message: short, and on one line.</summary>
internal static class Quote
{
    private const int LengthMax = 60;

    public static string Of(string text)
    {
        string line = new([.. text.Take(LengthMax).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        return text.Length > LengthMax ? $"\"{line}...\"" : $"\"{line}\"";
    }

    /// <summary>The words for a message; only the first ones of many.</summary>
    public static string List(IEnumerable<string> words)
    {
        const int countMax = 40;
        string[] all = [.. words.Take(countMax + 1)];
        return all.Length == 0 ? "none" : string.Join(", ", all.Take(countMax)) + (all.Length > countMax ? ", ..." : "");
    }

    /// <summary>The end of a message about an unknown word: the nearest known one, and all.</summary>
    public static string Remedy(string word, IReadOnlyCollection<string> known)
    {
        string all = known.Count == 0 ? "there are none" : $"known: {List(known)}";
        return Spelling.Nearest(word, known) is { } nearest ? $"did you mean \"{nearest}\"? ({all})" : all;
    }
}
