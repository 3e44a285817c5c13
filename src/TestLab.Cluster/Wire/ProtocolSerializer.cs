using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using TestLab.Protocol;
using TestLab.Protocol.Wire;

namespace TestLab.Cluster.Wire;

/// <summary>Brings the messages of the protocol to Akka; their form is the protocol's own.</summary>
public sealed class ProtocolSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 1701;

    public override string Manifest(object o) => MessageFormat.ManifestOf(MessageOf(o));

    /// <exception cref="MessageFormatException">The message is too large.</exception>
    public override byte[] ToBinary(object obj) => MessageFormat.Write(MessageOf(obj));

    /// <exception cref="SerializationException">The bytes are no message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return MessageFormat.Read(bytes, manifest);
        }
        catch (MessageFormatException error)
        {
            throw new SerializationException(error.Message, error);
        }
    }

    private static IMessage MessageOf(object message) => message as IMessage
        ?? throw new ArgumentException($"{message.GetType()} is no message of the protocol.");
}
