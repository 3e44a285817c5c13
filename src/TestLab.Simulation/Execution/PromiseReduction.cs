namespace TestLab.Simulation.Execution;

/// <summary>
/// Finds, for all processes at once, the earliest moment at which each could do anything: its own next task, or the
/// shortest way by which the task of another could reach it.
/// </summary>
/// <remarks>
/// What null messages between idle processes would creep towards, one lookahead at a time, is the shortest-path problem
/// over lookaheads; Dijkstra's algorithm solves it in one go. Running processes count with what they promised when they
/// started.
/// </remarks>
internal sealed class PromiseReduction
{
    private readonly PriorityQueue<ProcessNode, VirtualTime> _open = new();

    /// <summary>Sets <see cref="ProcessNode.Earliest"/> of all and raises the promises of their channels.</summary>
    public void Reduce(List<ProcessNode> nodes)
    {
        foreach (ProcessNode node in nodes)
        {
            node.Bound = IsSettled(node) ? node.Earliest : node.NextTask;
            _open.Enqueue(node, node.Bound);
        }

        while (_open.TryDequeue(out ProcessNode? node, out VirtualTime bound))
        {
            if (bound > node.Bound) continue;
            foreach (FrameChannel channel in node.Outputs)
            {
                VirtualTime reached = bound.After(channel.LookaheadNanoseconds);
                ProcessNode receiver = channel.Receiver;
                if (reached >= receiver.Bound || IsSettled(receiver)) continue;
                receiver.Bound = reached;
                _open.Enqueue(receiver, reached);
            }
        }

        foreach (ProcessNode node in nodes) node.Publish(node.Bound);
    }

    private static bool IsSettled(ProcessNode node) => node.State is NodeState.Running or NodeState.Failed;
}
