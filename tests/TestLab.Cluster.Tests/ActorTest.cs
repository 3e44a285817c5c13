using Akka.TestKit;
using TestLab.Cluster.Nodes;

namespace TestLab.Cluster.Tests;

/// <summary>Akka.TestKit for NUnit: one actor system for each test, in which every message goes through its bytes.</summary>
public abstract class ActorTest
{
    private NUnitTestKit? _kit;

    protected TestKitBase Kit => _kit ?? throw new InvalidOperationException("No test runs.");

    [SetUp]
    public void StartSystem() => _kit = new NUnitTestKit();

    [TearDown]
    public void StopSystem() => _kit?.Shutdown();

    private sealed class NUnitTestKit() : TestKitBase(
        new NUnitAssertions(),
        Akka.Configuration.ConfigurationFactory.ParseString("akka.actor.serialize-messages = on").WithFallback(NodeConfiguration.Solo));

    private sealed class NUnitAssertions : ITestKitAssertions
    {
        public void Fail(string format = "", params object[] args) => Assert.Fail(string.Format(null, format, args));

        public void AssertTrue(bool condition, string format = "", params object[] args) =>
            Assert.That(condition, Is.True, string.Format(null, format, args));

        public void AssertFalse(bool condition, string format = "", params object[] args) =>
            Assert.That(condition, Is.False, string.Format(null, format, args));

        public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args) =>
            Assert.That(actual, Is.EqualTo(expected), string.Format(null, format, args));

        public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args) =>
            Assert.That(comparer(expected, actual), Is.True, string.Format(null, format, args));

        public Exception AssertThrows(Action action) => Caught(Assert.Catch(() => action()));

        public TException AssertThrows<TException>(Action action)
            where TException : Exception => Caught(Assert.Throws<TException>(() => action()));

        public Task<Exception> AssertThrowsAsync(Func<Task> action) => Task.FromResult(Caught(Assert.CatchAsync(() => action())));

        public Task<TException> AssertThrowsAsync<TException>(Func<Task> action)
            where TException : Exception => Task.FromResult(Caught(Assert.ThrowsAsync<TException>(() => action())));

        private static T Caught<T>(T? error)
            where T : Exception => error ?? throw new AssertionException("Nothing was thrown.");
    }
}
