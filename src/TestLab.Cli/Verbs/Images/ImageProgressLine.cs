using TestLab.Cli.Hosting;
using TestLab.Images;

namespace TestLab.Cli.Verbs.Images;

/// <summary>Passes what a builder does on to the progress line, in the builder's own order.</summary>
internal sealed class ImageProgressLine(string name, ProgressLine line) : IProgress<ImageProgress>
{
    public void Report(ImageProgress value)
    {
        if (value.IsWarning) line.Warn($"{name}: {value.Text}");
        else if (value.IsDetail) line.ShowDetail($"{name}: {value.Text}");
        else line.Show($"{name}: {value.Text}");
    }
}
