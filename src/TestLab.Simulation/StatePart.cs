namespace TestLab.Simulation;

/// <summary>A named part of a process's state: what a snapshot stores under the name, and what a hash covers.</summary>
public abstract class StatePart
{
    private StatePart(string name) => Name = name;

    public string Name { get; }

    public static StatePart Of<TState>(string name, ISnapshotable<TState> component)
        where TState : struct, IState => new Component<TState>(name, component);

    public static StatePart Of(string name, IBulkState bulk) => new Bulk(name, bulk);

    /// <summary>Writes the state; the part does not mark its end.</summary>
    public abstract void Save(Stream stream);

    /// <summary>Takes the state from a stream that ends where the part ended.</summary>
    /// <exception cref="SnapshotException">The state is damaged or does not fit.</exception>
    public abstract void Restore(Stream stream);

    public abstract StateHash Hash();

    private sealed class Component<TState>(string name, ISnapshotable<TState> component) : StatePart(name)
        where TState : struct, IState
    {
        /// <summary>A record is small; a damaged length must not cost more memory than this.</summary>
        private const int LimitBytes = 1 << 30;

        public override void Save(Stream stream) => stream.Write(Write().Written);

        public override void Restore(Stream stream)
        {
            using var content = new MemoryStream();
            byte[] piece = new byte[1 << 16];
            for (int read; (read = stream.Read(piece)) > 0; content.Write(piece, 0, read))
                if (content.Length > LimitBytes) throw new SnapshotException($"The snapshot is damaged: {Name} has no end.");
            var reader = new StateReader(content.ToArray());
            TState state = component.Save();
            state.Transfer(reader);
            if (!reader.IsAtEnd) throw new SnapshotException($"The snapshot is damaged: {Name} is longer than it can be.");
            component.Restore(state);
        }

        public override StateHash Hash()
        {
            using var hasher = new StateHasher();
            hasher.Add(Name, Write().Written);
            return hasher.Finish();
        }

        private StateWriter Write()
        {
            var writer = new StateWriter();
            TState state = component.Save();
            state.Transfer(writer);
            return writer;
        }
    }

    private sealed class Bulk(string name, IBulkState bulk) : StatePart(name)
    {
        public override void Save(Stream stream) => bulk.Save(stream);

        public override void Restore(Stream stream) => bulk.Restore(stream);

        public override StateHash Hash() => bulk.Hash();
    }
}
