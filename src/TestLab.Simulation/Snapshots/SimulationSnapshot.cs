using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Snapshots;

/// <summary>Carries a whole simulation at a cut to a stream and back.</summary>
internal static class SimulationSnapshot
{
    /// <summary>What is on its way between processes has been drained into their inboxes.</summary>
    public static void Save(Stream stream, in SimulationState state, IReadOnlyList<ProcessNode> nodes)
    {
        using var writer = new SimulationWriter(stream);
        var own = new StateWriter();
        state.Transfer(own);
        byte[] content = own.Written.ToArray();
        writer.Section(SimulationFormat.SimulationSection, section => section.Write(content));
        foreach (ProcessNode node in nodes)
            foreach (StatePart part in node.Process.Parts)
                writer.Section(SimulationFormat.PartSection(node.Process.Name, part.Name), part.Save);
        writer.Finish();
    }

    /// <summary>Makes the processes what they were; after a <see cref="SnapshotException"/> they are to be thrown away.</summary>
    public static SimulationState Restore(Stream stream, IReadOnlyList<ProcessNode> nodes)
    {
        using var reader = new SimulationReader(stream);
        var state = default(SimulationState);
        reader.Section(SimulationFormat.SimulationSection, section =>
        {
            using var content = new MemoryStream();
            section.CopyTo(content);
            state.Transfer(new StateReader(content.ToArray()));
        });
        if (state.Processes.Length != nodes.Count)
            throw new SnapshotException($"The snapshot has {state.Processes.Length} processes, the simulation {nodes.Count}.");
        foreach (ProcessNode node in nodes)
            foreach (StatePart part in node.Process.Parts)
                reader.Section(SimulationFormat.PartSection(node.Process.Name, part.Name), part.Restore);
        reader.Finish();
        foreach (ProcessNode node in nodes)
        {
            LogicalProcess process = node.Process;
            if (process.NextAction < state.Now)
                throw new SnapshotException($"The snapshot is damaged: {process.Name} has missed {process.NextAction}.");
            process.Advance(state.Now);
        }

        return state;
    }
}
