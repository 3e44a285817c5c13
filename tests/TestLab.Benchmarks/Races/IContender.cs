namespace TestLab.Benchmarks.Races;

/// <summary>A computer or a program, ours or not, that is spoken to over a console and watched there from outside.</summary>
internal interface IContender : IDisposable
{
    string Name { get; }

    /// <summary>When there was nothing of it yet.</summary>
    Moment Started { get; }

    /// <summary>Types on the console.</summary>
    void Write(string text);

    /// <summary>Lets it run until it has printed the text, after what was read before.</summary>
    /// <exception cref="InvalidOperationException">It ended, or took too long; the message has its last lines.</exception>
    Reading ReadTo(string text);
}
