namespace TestLab.Processor.Translation;

/// <summary>Told when a block is about to be translated, and when that is done: for measuring what it costs.</summary>
/// <remarks>It changes nothing of the machine, which cannot tell whether it is watched.</remarks>
public interface ITranslationObserver
{
    void Begin();

    void End();
}
