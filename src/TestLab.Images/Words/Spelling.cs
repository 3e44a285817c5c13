namespace TestLab.Images.Words;

/// <summary>Finds the word that somebody probably meant.</summary>
public static class Spelling
{
    /// <summary>Longer words have no near ones; the work for a word stays small.</summary>
    private const int LengthMax = 64;

    /// <summary>The nearest of a few words: a third of its letters may be wrong, or its end be missing.</summary>
    /// <returns>Null where none is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        Find(word, known, candidate => Math.Max(1, candidate.TrimStart('-').Length / 3))
        ?? known.FirstOrDefault(candidate =>
            word.Length is > 3 and <= LengthMax && candidate.StartsWith(word, StringComparison.Ordinal));

    /// <summary>The nearest of tens of thousands, where almost any word has one that is somewhat like it.</summary>
    /// <returns>Null where none is near.</returns>
    public static string? NearestOfMany(string word, IEnumerable<string> known) =>
        Find(word, known, _ => Math.Clamp(word.Length / 4, 1, 3));

    /// <summary>The number of letters to insert, drop, replace or swap (Damerau-Levenshtein, restricted).</summary>
    public static int Distance(string from, string to)
    {
        int[,] costs = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) costs[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) costs[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = costs[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(replaced, 1 + Math.Min(costs[i - 1, j], costs[i, j - 1]));
                bool isSwapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                if (isSwapped) costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }
        return costs[from.Length, to.Length];
    }

    private static string? Find(string word, IEnumerable<string> known, Func<string, int> limitOf)
    {
        if (word.Length > LengthMax) return null;
        return known.Select(candidate => (Word: candidate, Limit: limitOf(candidate)))
            // A difference in length is a distance already.
            .Where(candidate => Math.Abs(candidate.Word.Length - word.Length) <= candidate.Limit)
            .Select(candidate => (candidate.Word, Distance: Distance(word, candidate.Word), candidate.Limit))
            .Where(candidate => candidate.Distance <= candidate.Limit)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }
}
