namespace TestLab.Guests.Tests.Labs;

/// <summary>What was configured, expected and measured; printed, and held to a tolerance.</summary>
internal sealed class ProofTable
{
    private readonly List<string> _rows = [];
    private readonly List<string> _breaches = [];

    /// <param name="configured">As the link was told.</param>
    /// <param name="expected">By the formula.</param>
    /// <param name="measured">By the guests.</param>
    /// <param name="unit">Of both.</param>
    /// <param name="tolerance">As a part of the expected value.</param>
    /// <param name="absolute">A tolerance in the unit that is enough where the other is smaller.</param>
    public void Add(string configured, double expected, double measured, string unit, double tolerance, double absolute = 0)
    {
        double error = expected == 0 ? 0 : measured / expected - 1;
        string row = $"{configured,-44} {expected,14:F4} {measured,14:F4} {unit,-8} {error * 100,9:F4} %";
        _rows.Add(row);
        if (Math.Abs(measured - expected) > Math.Max(absolute, Math.Abs(expected) * tolerance)) _breaches.Add(row);
    }

    public void Check()
    {
        TestContext.Out.WriteLine($"{"configured",-44} {"expected",14} {"measured",14} {"unit",-8} {"error",9}");
        foreach (string row in _rows) TestContext.Out.WriteLine(row);
        Assert.That(_breaches, Is.Empty);
    }
}
