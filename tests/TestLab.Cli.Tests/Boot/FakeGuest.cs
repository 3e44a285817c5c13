using System.Text;
using TestLab.Cli.Boot;
using TestLab.Machines.Control;

namespace TestLab.Cli.Tests.Boot;

/// <summary>A guest whose life is a table of moments and deeds.</summary>
internal sealed class FakeGuest : IGuest
{
    private readonly SortedDictionary<long, Action<FakeGuest>> _deeds = [];

    public FakePort ConsoleLine { get; } = new();

    public FakePort ControlLine { get; } = new();

    public List<long> SavedAt { get; } = [];

    public int RestartCount { get; private set; }

    public long NowNanoseconds { get; private set; }

    public GuestStop? Stop { get; set; }

    IGuestPort IGuest.Console => ConsoleLine;

    IGuestPort IGuest.Control => ControlLine;

    /// <summary>At a moment, says something on the console.</summary>
    public FakeGuest Says(long atNanoseconds, string text) =>
        Does(atNanoseconds, guest => guest.ConsoleLine.FromGuest(Encoding.UTF8.GetBytes(text)));

    public FakeGuest Does(long atNanoseconds, Action<FakeGuest> deed)
    {
        _deeds[atNanoseconds] = deed;
        return this;
    }

    public void Advance(long untilNanoseconds)
    {
        if (ConsoleLine.HasNews || ControlLine.HasNews) return;
        if (_deeds.Count > 0 && _deeds.Keys.First() is var next && next <= untilNanoseconds)
        {
            NowNanoseconds = next;
            Action<FakeGuest> deed = _deeds[next];
            _deeds.Remove(next);
            deed(this);
            return;
        }
        // Time jumps as far as it may: nothing else can happen.
        NowNanoseconds = untilNanoseconds;
    }

    public void Restart() => (Stop, RestartCount) = (null, RestartCount + 1);

    public void Save(string path) => SavedAt.Add(NowNanoseconds);

    public string Hash() => "0";

    public IEnumerable<(string Name, string Value)> Statistics(TimeSpan host) => [];

    public void Dispose()
    {
    }
}
