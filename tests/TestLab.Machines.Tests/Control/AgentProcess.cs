using System.Collections.Concurrent;
using System.Diagnostics;
using TestLab.Images;
using TestLab.Images.Agent;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Machines.Tests.Control;

/// <summary>The agent as a process of this host, its port a pair of pipes, and a client at the other end.</summary>
internal sealed class AgentProcess : IByteSink, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("testlab").FullName;
    private readonly Process _process;
    private readonly byte[] _piece = new byte[1 << 16];

    /// <summary>What goes to the agent waits here, as it does in a machine: nobody is blocked by an agent that writes.</summary>
    private readonly BlockingCollection<byte[]> _toAgent = [];

    private readonly Task _writing;

    public AgentProcess()
    {
        string file = InFolder("agent");
        File.WriteAllBytes(file, GuestAgent.For(ImageName.Amd64));
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", "chmod 0700 \"$0\" && exec \"$0\" -", file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("the agent does not start");
        _writing = Task.Run(PassOn);
        Client = new ControlClient(this);
        Run(() => Client.IsReady);
    }

    public ControlClient Client { get; private set; }

    /// <summary>Bytes that the agent has sent.</summary>
    public long Received { get; private set; }

    public string InFolder(string name) => Path.Combine(_folder, name);

    public void Write(ReadOnlySpan<byte> bytes) => _toAgent.Add(bytes.ToArray());

    /// <summary>Passes on what the agent sends until something is so.</summary>
    public void Run(Func<bool> isSo)
    {
        while (!isSo()) Client.Feed(Read());
    }

    /// <summary>One read of what the agent sends.</summary>
    public ReadOnlySpan<byte> Read()
    {
        using var patience = new CancellationTokenSource(Patience);
        int length = _process.StandardOutput.BaseStream.ReadAsync(_piece, patience.Token).AsTask().GetAwaiter().GetResult();
        if (length == 0) throw new EndOfStreamException("the agent is gone");
        Received += length;
        return _piece.AsSpan(0, length);
    }

    /// <summary>Another client takes the place of the one that was.</summary>
    public void Connect(ControlClient client) => Client = client;

    public CommandRecord Command(CommandRequest request)
    {
        CommandRecord record = new(Client.Start(request));
        Run(() => record.Command.Outcome is not null);
        return record;
    }

    public CommandRecord Shell(string lines) => Command(CommandRequest.Shell(lines) with { Folder = _folder });

    public ControlOutcome Finish(ControlOperation operation)
    {
        Run(() => operation.Outcome is not null);
        return operation.Outcome ?? throw new InvalidOperationException();
    }

    public void Dispose()
    {
        _toAgent.CompleteAdding();
        if (!_writing.Wait(TimeSpan.FromSeconds(5))) _process.Kill(entireProcessTree: true);
        _process.Kill(entireProcessTree: true);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _toAgent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void PassOn()
    {
        foreach (byte[] bytes in _toAgent.GetConsumingEnumerable())
        {
            _process.StandardInput.BaseStream.Write(bytes);
            _process.StandardInput.BaseStream.Flush();
        }
    }
}
