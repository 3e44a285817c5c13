namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>Tests that know where things are in translated code.</summary>
internal abstract class CodeLayoutTest
{
    private CodeLayout? _layout;

    protected CodeLayout Layout => _layout ?? throw new InvalidOperationException("Nothing is set up.");

    [OneTimeSetUp]
    public void Prepare()
    {
        EagerTranslator.IgnoreWhereTheHostCannot();
        _layout = new CodeLayout();
    }

    [OneTimeTearDown]
    public void Clean() => _layout?.Dispose();
}
