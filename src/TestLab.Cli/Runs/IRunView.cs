using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>What a user sees of a run while it goes on.</summary>
internal interface IRunView : IDisposable
{
    void Show(IRunEvent news);

    /// <summary>A moment has passed in which nothing happened.</summary>
    void Refresh();
}

/// <summary>Nothing.</summary>
internal sealed class QuietView : IRunView
{
    public void Show(IRunEvent news)
    {
    }

    public void Refresh()
    {
    }

    public void Dispose()
    {
    }
}
