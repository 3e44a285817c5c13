using TestLab.Labs.Running;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Storage;
using TestLab.Machines.Tests.Guests;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>A stock guest that boots, is given a program, and carries out a command.</summary>
internal sealed class ScriptedGuest : ISlicedGuest
{
    private const int Executable = 0x1ED; // 0755

    private readonly StockGuest _guest;
    private readonly FileDisk? _disk;
    private readonly byte[] _program;
    private readonly string _command;
    private ControlUpload? _upload;

    /// <param name="image">Its name.</param>
    /// <param name="engine">What runs it.</param>
    /// <param name="program">Goes to <c>/tmp/program</c>.</param>
    /// <param name="command">For the guest's shell.</param>
    public ScriptedGuest(string image, EngineOptions engine, byte[] program, string command)
    {
        string? path = StockGuest.ImageOf(image).DiskPath;
        _disk = path is null ? null : new FileDisk(path);
        _guest = StockGuest.Create(image, disk: _disk is null ? null : new OverlayDisk(_disk), engine: engine);
        (_program, _command) = (program, command);
        _guest.Control.BecameReady = () => _upload = _guest.Control.Put("/tmp/program", _program, Executable);
    }

    public PersonalComputer Machine => _guest.Machine;

    public bool HasEnded => _guest.Outcome is not null;

    /// <summary>How the command ended, and what it said.</summary>
    public string Answer => $"{_guest.Outcome}: {_guest.Answer}";

    public void Advance(Action<VirtualTime> run)
    {
        if (_upload?.Outcome is { } outcome)
        {
            Assert.That(outcome.IsSuccess, Is.True, $"{outcome}");
            _upload = null;
            _guest.Begin(_command);
        }

        _guest.Advance(run);
    }

    public void Dispose()
    {
        _guest.Dispose();
        _disk?.Dispose();
    }
}
