using System.Diagnostics;
using System.Text;

namespace TestLab.Benchmarks.Races;

/// <summary>A process whose standard input and output are the console: a program of the host, or qemu.</summary>
internal sealed class ProcessContender : IContender
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly byte[] _chunk = new byte[65536];
    private string _unread = "";

    public ProcessContender(string name, string program, IEnumerable<string> arguments)
    {
        Name = name;
        Started = new Moment(Stopwatch.GetElapsedTime(0), TimeSpan.Zero);
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"{program} does not start.");
    }

    public string Name { get; }

    public Moment Started { get; }

    public void Write(string text)
    {
        _process.StandardInput.BaseStream.Write(Encoding.Latin1.GetBytes(text));
        _process.StandardInput.BaseStream.Flush();
    }

    public Reading ReadTo(string text)
    {
        using var impatience = new Timer(_ => _process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        while (true)
        {
            int place = _unread.IndexOf(text, StringComparison.Ordinal);
            if (place >= 0)
            {
                var moment = new Moment(Stopwatch.GetElapsedTime(0), ProcessorTime.Of(_process.Id));
                string before = _unread[..place];
                _unread = _unread[(place + text.Length)..];
                return new Reading(before, moment);
            }

            int count = _process.StandardOutput.BaseStream.Read(_chunk);
            if (count == 0) throw new InvalidOperationException($"{Name} printed no \"{text}\": {_unread}");
            _unread += Encoding.Latin1.GetString(_chunk, 0, count);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
