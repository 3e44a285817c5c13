using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>virtio-rng: random bytes from the machine's seed.</summary>
public sealed class VirtioEntropy(RandomStream random) : VirtioDevice, ISnapshotable<VirtioEntropyState>
{
    /// <summary>The most that one request gets.</summary>
    public const int RequestLimitBytes = 4096;

    public override ushort DeviceType => 4;

    public override uint ClassCode => 0x00_FF00;

    public override int QueueCount => 1;

    public override ushort QueueSize => 8;

    public override void Notify(int queue)
    {
        Virtqueue requests = Transport.Queue(queue);
        VirtqueueChain chain = Transport.NewChain();
        byte[] bytes = new byte[RequestLimitBytes];
        // The loop is bounded although a buffer may lie over the ring itself.
        for (int count = 0; count < Virtqueue.SizeLimit && requests.TryTake(chain); count++)
        {
            Span<byte> part = bytes.AsSpan(0, (int)Math.Min(chain.WritableBytes, RequestLimitBytes));
            random.Fill(part);
            chain.Write(part);
            requests.Complete(chain.Head, chain.WrittenBytes);
        }

        requests.AskForNotification();
        Transport.SignalUsed(queue);
    }

    public VirtioEntropyState Save() => new() { Index = random.Index };

    public void Restore(in VirtioEntropyState state) => random.Index = state.Index;
}
