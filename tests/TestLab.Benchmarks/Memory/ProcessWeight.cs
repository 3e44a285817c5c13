using System.Globalization;
using TestLab.Benchmarks.Races;

namespace TestLab.Benchmarks.Memory;

/// <summary>What this process has of the host.</summary>
/// <param name="ResidentBytes">All of its resident memory.</param>
/// <param name="CodeBytes">What of it is translated code; the two views of it count once.</param>
/// <param name="ManagedBytes">What the collector has committed.</param>
/// <param name="Processor">Processor time so far.</param>
internal readonly record struct ProcessWeight(long ResidentBytes, long CodeBytes, long ManagedBytes, TimeSpan Processor)
{
    private const string CodeFile = "/memfd:testlab-code";

    public static ProcessWeight operator -(ProcessWeight end, ProcessWeight start) => new(
        end.ResidentBytes - start.ResidentBytes, end.CodeBytes - start.CodeBytes, end.ManagedBytes - start.ManagedBytes,
        end.Processor - start.Processor);

    public static ProcessWeight Now()
    {
        GC.Collect();
        (long resident, long code) = (0, 0);
        string mapping = "";
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Rss:", StringComparison.Ordinal)) Count(line, mapping);
            else if (line.Contains('-', StringComparison.Ordinal) && char.IsAsciiHexDigitLower(line[0])) mapping = line;
        }

        // Of the two views the written one is complete: code that nobody has run since is not in the other.
        return new ProcessWeight(
            resident, code, GC.GetGCMemoryInfo().TotalCommittedBytes, ProcessorTime.Of(Environment.ProcessId));

        void Count(string line, string of)
        {
            string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            long bytes = long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
            bool isCode = of.Contains(CodeFile, StringComparison.Ordinal);
            bool isWritten = of.Contains(" rw-s ", StringComparison.Ordinal);
            if (!isCode || isWritten) resident += bytes;
            if (isCode && isWritten) code += bytes;
        }
    }
}
