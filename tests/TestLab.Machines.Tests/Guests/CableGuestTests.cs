using TestLab.Machines.Network;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Guests;

/// <summary>Two stock Debians on a cable: what their own tools say of it.</summary>
[Category("Slow")]
public sealed class CableGuestTests
{
    private readonly StockGuest _first;
    private readonly StockGuest _second;
    private readonly LockStep _run;

    public CableGuestTests()
    {
        var cable = new Cable();
        _first = StockGuest.Create("tiny", cable.First, number: 1);
        _second = StockGuest.Create("tiny", cable.Second, number: 2);
        cable.Connect(_first.Machine.Networks[0], _second.Machine.Networks[0]);
        _run = new LockStep([_first.Machine, _second.Machine], cable.LatencyNanoseconds);
    }

    [OneTimeSetUp]
    public void SetAddresses()
    {
        _first.Execute("ip addr add 10.0.0.1/24 dev eth0; ip link set eth0 up", 10, Run);
        _second.Execute("ip addr add 10.0.0.2/24 dev eth0; ip link set eth0 up", 10, Run);
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [TestCase(56)]
    [TestCase(1472)]
    public void EachReachesTheOtherByPing(int payloadBytes)
    {
        string there = _first.Execute($"ping -c 3 -s {payloadBytes} 10.0.0.2", 30, Run);
        string back = _second.Execute($"ping -c 3 -s {payloadBytes} 10.0.0.1", 30, Run);
        Assert.Multiple(() =>
        {
            Assert.That(there, Does.Contain("3 packets received, 0% packet loss"));
            Assert.That(back, Does.Contain("3 packets received, 0% packet loss"));
        });
    }

    [Test]
    public void SixteenMebibytesArriveUnchangedInBothDirections()
    {
        Assert.Multiple(() =>
        {
            Transfer(_first, _second, "10.0.0.2");
            Transfer(_second, _first, "10.0.0.1");
        });
    }

    private void Transfer(StockGuest sender, StockGuest receiver, string address)
    {
        string sent = sender.Execute("head -c 16777216 /dev/urandom > /tmp/sent; sha256sum < /tmp/sent", 60, Run);
        // A pipe that never ends keeps the listener from closing its side first.
        receiver.Begin("mkfifo /tmp/open; exec 3<>/tmp/open; nc -l -p 5000 <&3 >/tmp/got; rm /tmp/open; sha256sum < /tmp/got; rm /tmp/got");
        for (int slice = 0; slice < 10; slice++) receiver.Advance(Run);
        sender.Execute($"nc {address} 5000 < /tmp/sent; rm /tmp/sent", 120, Run);
        Assert.That(receiver.Await(30, Run), Is.EqualTo(sent));
    }

    private void Run(VirtualTime until) => _run.Run(until);
}
