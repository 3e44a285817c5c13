using System.Text;

namespace TestLab.Tidy;

/// <summary>A C# file with its comments and literals blanked, so that a pattern meets code only.</summary>
/// <remarks>Line breaks stay where they were: line n of the code is line n of the file.</remarks>
internal static class SourceCode
{
    public static string[] LinesOf(string text) => Blank(text).Split('\n');

    private static string Blank(string text)
    {
        var code = new StringBuilder(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            int end = EndOfLiteralOrComment(text, at);
            if (end == at)
            {
                code.Append(text[at++]);
                continue;
            }
            foreach (char skipped in text.AsSpan(at, end - at)) code.Append(skipped == '\n' ? '\n' : ' ');
            at = end;
        }
        return code.ToString();
    }

    private static int EndOfLiteralOrComment(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at);
        if (rest.StartsWith("//")) return IndexAfter(text, "\n", at, isKept: true);
        if (rest.StartsWith("/*")) return IndexAfter(text, "*/", at + 2);
        if (rest.StartsWith("\"\"\""))
        {
            int quotes = rest.IndexOfAnyExcept('"') is var count and > 0 ? count : rest.Length;
            return IndexAfter(text, new string('"', quotes), at + quotes);
        }
        if (rest[0] == '"') return EndOfString(text, at, IsVerbatim(text.AsSpan(0, at)));
        if (rest[0] == '\'') return EndOfCharacter(text, at);
        return at;
    }

    private static bool IsVerbatim(ReadOnlySpan<char> before) => before.EndsWith("@") || before.EndsWith("@$");

    private static int EndOfString(string text, int at, bool isVerbatim)
    {
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && !isVerbatim) i++;
            else if (text[i] == '"' && isVerbatim && i + 1 < text.Length && text[i + 1] == '"') i++;
            else if (text[i] == '"') return i + 1;
        }
        return text.Length;
    }

    private static int EndOfCharacter(string text, int at)
    {
        int close = text.IndexOf('\'', at + 1);
        if (close > 0 && text[close - 1] == '\\' && text[close - 2] != '\\') close = text.IndexOf('\'', close + 1);
        return close < 0 ? text.Length : close + 1;
    }

    private static int IndexAfter(string text, string mark, int from, bool isKept = false)
    {
        int at = text.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? text.Length : isKept ? at : at + mark.Length;
    }
}
