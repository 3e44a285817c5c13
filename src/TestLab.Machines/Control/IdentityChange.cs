using System.Text;

namespace TestLab.Machines.Control;

/// <summary>Gives a guest its identity: name, id, addresses, random numbers; one after the other, before all else.</summary>
public sealed class IdentityChange
{
    private const int Readable = 0x1A4; // 0644

    private readonly ControlClient _client;
    private readonly Queue<Func<ControlOperation?>> _steps = [];
    private readonly StringBuilder _complaints = new();

    public IdentityChange(ControlClient client, GuestIdentity identity)
    {
        _client = client;
        string commands = identity.InterfaceCommands();
        Add("the random numbers", () => client.Call(GuestCall.OpenForWriting("/dev/urandom")), file =>
        {
            Push("the random numbers", () => client.Call(GuestCall.AddEntropy(file, identity.Seed.Span)));
            Push("the random numbers", () => client.Call(GuestCall.Reseed(file)));
            Push("the random numbers", () => client.Call(GuestCall.Close(file)));
        });
        Push("the name", () => client.Call(GuestCall.SetHostName(identity.HostName)));
        Push("/etc/hostname", () => Write("/etc/hostname", identity.HostName + "\n"));
        Push("/etc/machine-id", () => Write("/etc/machine-id", identity.MachineId + "\n"));
        Push("/etc/hosts", () => Write("/etc/hosts", identity.HostsFile));
        if (identity.NameServers.Count > 0)
        {
            Push("/etc/resolv.conf", () => Write("/etc/resolv.conf", identity.ResolverFile));
        }

        if (commands.Length > 0) Push("the interfaces", () => Shell(commands));
        Next();
    }

    public bool IsDone { get; private set; }

    /// <summary>What could not be changed, and why; empty when all could.</summary>
    public string Complaints => _complaints.ToString();

    /// <summary>Hears the end.</summary>
    public Action? Ended { get; set; }

    private void Push(string what, Func<ControlOperation> begin) => Add(what, begin, _ => { });

    private void Add(string what, Func<ControlOperation> begin, Action<int> succeeded) => _steps.Enqueue(() =>
    {
        if (!_client.IsReady)
        {
            _complaints.Append($"{what}: the agent is gone\n");
            return null;
        }

        ControlOperation operation = begin();
        operation.Ended = outcome =>
        {
            if (outcome.Ending != ControlEnding.Done || (operation is ControlCommand && outcome.Value != 0))
            {
                _complaints.Append($"{what}: {outcome}\n");
            }
            else
            {
                succeeded(outcome.Value);
            }

            Next();
        };
        return operation;
    });

    private void Next()
    {
        while (_steps.TryDequeue(out Func<ControlOperation?>? step))
        {
            if (step() is not null) return;
        }

        IsDone = true;
        Ended?.Invoke();
    }

    private ControlUpload Write(string path, string text) => _client.Put(path, Encoding.UTF8.GetBytes(text), Readable);

    private ControlCommand Shell(string commands)
    {
        ControlCommand command = _client.Start(
            new() { Words = ["/run/testlab/busybox", "sh", "-c", commands], Folder = "/" });
        command.Errors = bytes => _complaints.Append(Encoding.UTF8.GetString(bytes));
        return command;
    }
}
