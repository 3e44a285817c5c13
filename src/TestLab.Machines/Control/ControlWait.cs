using System.Globalization;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Machines.Control;

/// <summary>
/// Waits until something is so in the guest: looks again and again, in guest time. Most looks cost the guest two system
/// calls and no process.
/// </summary>
public sealed class ControlWait
{
    /// <summary>Between the answer to one look and the next.</summary>
    public const long LookNanoseconds = 20_000_000;

    /// <summary>A file is looked through up to here.</summary>
    public const int FileLimitBytes = 16 << 20;

    private const int HexadecimalPortLength = 4;
    private const string Listening = "0A";

    // With IPv6 switched off there is no second table.
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    private readonly ControlClient _client;
    private readonly WaitCondition _condition;
    private readonly VirtualTime _deadline;
    private ControlOperation? _look;
    private int _table;
    private VirtualTime _nextLook;

    public ControlWait(ControlClient client, WaitCondition condition, long? timeoutNanoseconds = null)
    {
        (_client, _condition) = (client, condition);
        _deadline = timeoutNanoseconds is { } limit ? client.Now.After(limit) : VirtualTime.Never;
        _nextLook = client.Now;
    }

    /// <summary>True: it came to be so. False: it did not in time. Null: not yet.</summary>
    public bool? Result { get; private set; }

    /// <summary>Hears the result.</summary>
    public Action<bool>? Ended { get; set; }

    /// <summary>When <see cref="Advance"/> has something to do.</summary>
    public VirtualTime NextDeadline => Result is not null
        ? VirtualTime.Never
        : VirtualTime.Min(_deadline, _look is null ? _nextLook : VirtualTime.Never);

    /// <summary>Tells that the client's time went on; looks when it is time to.</summary>
    public void Advance()
    {
        if (Result is not null) return;
        if (_client.Now >= _deadline) Finish(false);
        else if (_look is null && _client.Now >= _nextLook && _client.IsReady) Look();
    }

    private void Look()
    {
        ControlOperation look = Begin();
        _look = look;
        look.Ended = outcome => Judge(look, outcome);
    }

    private ControlOperation Begin() => _condition switch
    {
        WaitCondition.Port => _client.Get(SocketTables[_table], FileLimitBytes),
        WaitCondition.Exists(var path) => _client.Call(GuestCall.Exists(path)),
        WaitCondition.Text(var path, _) => _client.Get(path, FileLimitBytes),
        WaitCondition.Process(var name) =>
            _client.Start(new() { Words = ["/run/testlab/busybox", "pidof", name], Folder = "/" }),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Judge(ControlOperation look, ControlOutcome outcome)
    {
        if (Result is not null) return;
        _look = null;
        bool isSo = outcome.IsSuccess && (_condition, look) switch
        {
            (WaitCondition.Port(var port), ControlDownload file) => ListensIn(file.Content.Span, port),
            (WaitCondition.Text(_, var wanted), ControlDownload file) =>
                file.Content.Span.IndexOf(Encoding.UTF8.GetBytes(wanted)) >= 0,
            _ => true,
        };
        if (isSo)
        {
            Finish(true);
            return;
        }

        bool isLastTable = _condition is not WaitCondition.Port || _table == SocketTables.Length - 1;
        _table = isLastTable ? 0 : _table + 1;
        _nextLook = isLastTable ? _client.Now.After(LookNanoseconds) : _client.Now;
        if (!isLastTable && _client.IsReady) Look();
    }

    private void Finish(bool result)
    {
        Result = result;
        Ended?.Invoke(result);
    }

    /// <summary>Reads the kernel's table of sockets: number, local address and port, remote ones, state, and more.</summary>
    private static bool ListensIn(ReadOnlySpan<byte> table, ushort port)
    {
        foreach (string line in Encoding.ASCII.GetString(table).Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 4 || fields[3] != Listening || fields[1].Length < HexadecimalPortLength) continue;
            if (ushort.TryParse(
                fields[1][^HexadecimalPortLength..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort own)
                && own == port)
            {
                return true;
            }
        }

        return false;
    }
}
