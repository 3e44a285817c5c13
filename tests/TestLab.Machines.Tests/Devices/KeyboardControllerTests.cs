using TestLab.Machines.Devices.Keyboard;

namespace TestLab.Machines.Tests.Devices;

public sealed class KeyboardControllerTests
{
    private int _resets;
    private KeyboardController _controller = new(new Bus.InterruptLine(), () => { });

    [SetUp]
    public void Create()
    {
        _resets = 0;
        _controller = new KeyboardController(new Bus.InterruptLine(), () => _resets++);
    }

    [TestCase(0xAA, 0x55)]
    [TestCase(0xAB, 0x00)]
    [TestCase(0xA9, 0x01)]
    [TestCase(0xD0, 0x03)]
    public void ACommandAnswers(int command, int answer)
    {
        _controller.Command.Write(0, (byte)command);
        Assert.That(_controller.Command.Read(0) & 1, Is.EqualTo(1));
        Assert.That(_controller.Data.Read(0), Is.EqualTo(answer));
        Assert.That(_controller.Command.Read(0) & 1, Is.Zero);
    }

    [Test]
    public void TheCommandByteIsKept()
    {
        _controller.Command.Write(0, 0x60);
        _controller.Data.Write(0, 0x47);
        _controller.Command.Write(0, 0x20);
        Assert.That(_controller.Data.Read(0), Is.EqualTo(0x47));
    }

    [Test]
    public void TheMissingKeyboardTimesOutAtOnce()
    {
        _controller.Data.Write(0, 0xF2);
        Assert.That(_controller.Command.Read(0) & 0x41, Is.EqualTo(0x41));
        Assert.That(_controller.Data.Read(0), Is.EqualTo(0xFE));
    }

    [Test]
    public void ThePulseOfTheResetLineResets()
    {
        _controller.Command.Write(0, 0xFF);
        Assert.That(_resets, Is.Zero);
        _controller.Command.Write(0, 0xFE);
        Assert.That(_resets, Is.EqualTo(1));
        new FastControlPort(() => _resets++).Write(0, 1);
        Assert.That(_resets, Is.EqualTo(2));
    }
}
