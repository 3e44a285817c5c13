namespace TestLab.Labs.Words;

/// <summary>Finds the word that somebody probably meant.</summary>
public static class Spelling
{
    /// <summary>Longer words have no near ones; the work for a word stays small.</summary>
    private const int LengthMax = 64;

    /// <returns>The nearest of the known words; null where none is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length > LengthMax) return null;
        (string Word, int Distance)[] near =
        [
            .. known.Where(candidate => candidate.Length <= LengthMax)
                .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
                .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Word.TrimStart('-').Length / 3))
                .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Word, StringComparer.Ordinal),
        ];
        return near.Length > 0 ? near[0].Word : known.FirstOrDefault(candidate =>
            word.Length > 3 && candidate.StartsWith(word, StringComparison.Ordinal));
    }

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
}
