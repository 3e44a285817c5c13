using TestLab.Guests.Tests.Labs;

namespace TestLab.Guests.Tests;

/// <summary>What all tests of the project share: one guest that has booted.</summary>
[SetUpFixture]
public sealed class GuestTests
{
    [OneTimeTearDown]
    public void End() => GuestTemplate.End();
}
