using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using TestLab.Cluster.Wire;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Tests.Wire;

public sealed class ProtocolSerializerTests : ActorTest
{
    private static readonly StopRun Message = new(new RunId("web"));

    [Test]
    public void MessagesOfTheProtocolGoThroughItsFormat()
    {
        Serializer serializer = Kit.Sys.Serialization.FindSerializerFor(Message);
        Assert.That(serializer, Is.TypeOf<ProtocolSerializer>());
        string manifest = Serialization.ManifestFor(serializer, Message);
        object read = Kit.Sys.Serialization.Deserialize(serializer.ToBinary(Message), serializer.Identifier, manifest);
        Assert.That((manifest, read), Is.EqualTo(("StopRun", (object)Message)));
    }

    [Test]
    public void WhatIsNoMessageIsRefused()
    {
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Kit.Sys);
        Assert.That(() => serializer.FromBinary([9, 9], "StopRun"), Throws.TypeOf<SerializationException>());
        Assert.That(() => serializer.FromBinary([1], "System.Object"), Throws.TypeOf<SerializationException>());
        Assert.That(() => serializer.ToBinary("text"), Throws.TypeOf<ArgumentException>());
    }
}
