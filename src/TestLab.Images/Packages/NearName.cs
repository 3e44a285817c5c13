namespace TestLab.Images.Packages;

/// <summary>Finds the package that somebody probably meant, among tens of thousands.</summary>
internal static class NearName
{
    private const int LengthMax = 64;

    /// <returns>The nearest name; null where none is near.</returns>
    public static string? Find(string name, IEnumerable<string> known)
    {
        int limit = Math.Clamp(name.Length / 4, 1, 3);
        return name.Length > LengthMax
            ? null
            : known.Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
                .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
                .Where(candidate => candidate.Distance <= limit)
                .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Select(candidate => candidate.Name)
                .FirstOrDefault();
    }

    /// <summary>The number of letters to insert, drop or replace (Levenshtein), a row at a time.</summary>
    internal static int Distance(string from, string to)
    {
        Span<int> row = stackalloc int[LengthMax * 2];
        for (int j = 0; j <= to.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[to.Length];
    }
}
