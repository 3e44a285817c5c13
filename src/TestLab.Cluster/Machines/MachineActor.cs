using Akka.Actor;
using TestLab.Cluster.Cells;
using TestLab.Labs.Plans;
using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Machines;
using TestLab.Protocol.Runs;
using MachineStage = TestLab.Protocol.MachineStage;

namespace TestLab.Cluster.Machines;

/// <summary>Stands for one machine: gets what it boots from, and answers what is asked about it.</summary>
/// <remarks>
/// The machine itself is a logical process of the lab's simulation and is touched by nobody else: in virtual time a
/// command from outside has no moment of its own, so power belongs to the lab file.
/// </remarks>
internal sealed class MachineActor : ReceiveActor
{
    private readonly MachineId _id;
    private readonly ImagePlan _image;
    private readonly MaterialLoader _loader;
    private readonly CellWatch _watch;
    private readonly IActorRef _watcher;
    private readonly CancellationToken _cancellation;
    private MachineStage _stage = MachineStage.Waiting;

    /// <param name="id">Which machine.</param>
    /// <param name="image">What it boots.</param>
    /// <param name="loader">Where images come from.</param>
    /// <param name="watch">The cell's clock and consoles.</param>
    /// <param name="watcher">Gets the events of the machine.</param>
    /// <param name="cancellation">The end of the cell.</param>
    public MachineActor(
        MachineId id, ImagePlan image, MaterialLoader loader, CellWatch watch, IActorRef watcher, CancellationToken cancellation)
    {
        (_id, _image, _loader, _watch, _watcher, _cancellation) = (id, image, loader, watch, watcher, cancellation);
        Receive<ProvisionMachine>(_ => Provision());
        Receive<Provisioned>(provisioned => End(provisioned.Asker, MachineStage.Provisioned, null, new MachineProvisioned(_id)));
        Receive<NotProvisioned>(failed =>
            End(failed.Asker, MachineStage.Failed, failed.Reason, new MachineRefused(_id, failed.Reason)));
        Receive<MachineStageChanged>(changed => _stage = changed.Stage);
        Receive<DescribeMachine>(_ => Sender.Tell(
            new MachineDescribed(_id, _stage, _watch.Now.Nanoseconds, _watch.Console(_id.Name).Tail)));
    }

    private void Provision()
    {
        Announce(MachineStage.Provisioning, null);
        IActorRef asker = Sender;
        _loader.ProvideAsync(_image, new ImageNews(_id, _watcher), _cancellation).PipeTo(Self,
            success: _ => new Provisioned(asker),
            failure: error => new NotProvisioned(asker, Words.Of(error)));
    }

    private void End(IActorRef asker, MachineStage stage, string? reason, IMachineReply reply)
    {
        Announce(stage, reason);
        asker.Tell(reply);
    }

    private void Announce(MachineStage stage, string? reason)
    {
        _stage = stage;
        _watcher.Tell(new MachineStageChanged(_id, stage) { Reason = reason });
    }

    private sealed record Provisioned(IActorRef Asker) : INoSerializationVerificationNeeded;

    private sealed record NotProvisioned(IActorRef Asker, string Reason) : INoSerializationVerificationNeeded;
}
