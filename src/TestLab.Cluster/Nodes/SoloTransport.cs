using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;

namespace TestLab.Cluster.Nodes;

/// <summary>The transport of a cluster of one: it listens nowhere, so nobody on the host or the network can reach it.</summary>
public sealed class SoloTransport : Transport
{
    public SoloTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        SchemeIdentifier = "solo";
        MaximumPayloadBytes = 256_000;
    }

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen() =>
        Task.FromResult((new Address(SchemeIdentifier, System.Name, "localhost", 1), new TaskCompletionSource<IAssociationEventListener>()));

    public override bool IsResponsibleFor(Address remote) => true;

    public override Task<AssociationHandle> Associate(Address remoteAddress) =>
        Task.FromException<AssociationHandle>(new InvalidAssociationException($"A cluster of one has no {remoteAddress}."));

    public override Task<bool> Shutdown() => Task.FromResult(true);
}
