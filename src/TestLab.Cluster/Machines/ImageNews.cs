using Akka.Actor;
using TestLab.Images;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Machines;

/// <summary>Passes on what is done for an image, to whoever watches the run.</summary>
internal sealed class ImageNews(MachineId machine, IActorRef watcher) : IProgress<ImageProgress>
{
    public void Report(ImageProgress value) =>
        watcher.Tell(new ImageProgressed(machine, value.Text, value.IsWarning, value.IsDetail), ActorRefs.NoSender);
}
