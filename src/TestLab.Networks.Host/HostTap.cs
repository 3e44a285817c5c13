using System.Runtime.InteropServices;
using System.Text;
using TestLab.Networks.Outside;
using TestLab.Simulation;

namespace TestLab.Networks.Host;

/// <summary>A TAP device of Linux: frames of a lab on a network of the host.</summary>
public sealed class HostTap : IOutside, IDisposable
{
    private const string Device = "/dev/net/tun";
    private const int NameLimit = 15;

    // struct ifreq: the name, then the flags; linux/if_tun.h.
    private const int RequestBytes = 40;
    private const int FlagsOffset = 16;
    private const short TapWithoutHeader = 0x0002 | 0x1000;
    private const nuint SetInterface = 0x4004_54CA;

    /// <summary>How long the reader may sleep before it looks whether it is still wanted.</summary>
    private const int PollMilliseconds = 100;

    private readonly OutsideInbox _inbox = new();
    private readonly int _descriptor;
    private readonly Thread _reader;
    private volatile bool _isDisposed;

    /// <param name="name">Of the device; it is made where there is none, and goes with this object then.</param>
    /// <exception cref="OutsideException">The host does not allow it; the message says what is missing.</exception>
    public HostTap(string name)
    {
        bool isPlain = name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
        if (name.Length is 0 or > NameLimit || !isPlain)
            throw new OutsideException($"'{name}' is not the name of a network device.");
        if (!OperatingSystem.IsLinux()) throw new OutsideException("A bridge needs the TAP devices of Linux.");
        Name = name;
        _descriptor = LibC.Open(Device, LibC.OpenReadWrite | LibC.OpenCloseOnExecute | LibC.OpenNonBlocking);
        if (_descriptor < 0)
            throw new OutsideException($"A bridge needs {Device}: {Marshal.GetLastPInvokeErrorMessage()}.");
        Span<byte> request = stackalloc byte[RequestBytes];
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[FlagsOffset..], TapWithoutHeader);
        if (LibC.Control(_descriptor, SetInterface, request) < 0)
        {
            string reason = Marshal.GetLastPInvokeErrorMessage();
            _ = LibC.Close(_descriptor);
            throw new OutsideException(
                $"The host gives no TAP device {name}: {reason}. It needs root or the right to administer networks.");
        }

        _reader = new Thread(Read) { IsBackground = true, Name = $"tap {name}" };
        _reader.Start();
    }

    public string Name { get; }

    public void Request(VirtualTime now, OutsideMessage message)
    {
        // A device that is down or full takes nothing: a frame may be lost.
        if (message.Kind == OutsideMessageKind.SendFrame && !_isDisposed)
            _ = LibC.Write(_descriptor, message.Content.Span, (nuint)message.Content.Length);
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited) => _inbox.TryReceive(now, isAwaited);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _reader.Join();
        _ = LibC.Close(_descriptor);
        _inbox.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[OutsideMessage.ContentLimitBytes];
        while (!_isDisposed)
        {
            var entry = new LibC.PollEntry { Descriptor = _descriptor, Events = LibC.PollIn };
            if (LibC.Poll(ref entry, 1, PollMilliseconds) <= 0) continue;
            nint count = LibC.Read(_descriptor, buffer, (nuint)buffer.Length);
            if (count > 0)
            {
                byte[] frame = buffer.AsSpan(0, (int)count).ToArray();
                _inbox.PostLossy(new OutsideMessage(OutsideMessageKind.FrameReceived, 0) { Content = frame });
            }
        }
    }
}
