using TestLab.Images.Hosting;
using TestLab.Images.Packages;

namespace TestLab.Images.Tests;

/// <summary>What apt plans, and what becomes of it.</summary>
internal sealed class PlannedStepTests
{
    private const string Simulation =
        """
        NOTE: This is only a simulation!
        Remv old [1.0]
        Inst libc6 [2.36-9+deb12u14] (2.36-9+deb12u15 Debian:12.15/oldstable, Debian-Security:12/x [i386]) []
        Inst libcap2 (1:2.66-4+deb12u3+b1 Debian:12.15/oldstable [i386])
        Conf libcap2 (1:2.66-4+deb12u3+b1 Debian:12.15/oldstable [i386])
        Inst tzdata (2026b-0 Debian:12.15/oldstable [all])
        Conf libc6 (2.36-9+deb12u15 Debian:12.15/oldstable [i386])
        """;

    [Test]
    public void APlanOfAptIsReadInItsOrder()
        => Assert.That(PlannedStep.Parse(Simulation).Select(step => step.ToString()), Is.EqualTo(new[]
        {
            "remove old",
            "unpack libc6 libc6_2.36-9+deb12u15_i386.deb upgrade",
            "unpack libcap2 libcap2_1%3a2.66-4+deb12u3+b1_i386.deb new",
            "configure libcap2",
            "unpack tzdata tzdata_2026b-0_all.deb new",
            "configure libc6",
        }));

    [Test]
    public async Task ThisHostRunsItsOwnPrograms()
    {
        string folder = Directory.CreateTempSubdirectory("testlab").FullName;
        try
        {
            string probe = Path.Combine(folder, "probe");
            await HostAbility.CanFinishAsync(ImageName.Amd64, probe, CancellationToken.None);
            (int exitCode, _, _) = await new HostCommand(probe).TryRunAsync(CancellationToken.None);
            Assert.That(exitCode, Is.Zero);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task AGuardedProgramIsKilledWithWhatItStartedWhenItIsCancelled()
    {
        string word = $"0.{Environment.ProcessId}";
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(300));
        HostCommand command = new HostCommand("sh", "-c", $"sh -c 'while sleep {word}; do :; done'; true").Guarded();
        Assert.That(async () => await command.TryRunAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await CommandLines(), Does.Not.Contain(word), "None is left.");

        // Whoever ends meanwhile has no command line any more, which is no failure.
        static Task<string> CommandLines()
            => new HostCommand("sh", "-c", "cat /proc/[0-9]*/cmdline 2> /dev/null; true").RunAsync(CancellationToken.None);
    }

    [Test]
    public async Task AGuardedProgramHasItsOutputAndItsExitCode()
    {
        (int exitCode, string output, string errors) = await new HostCommand("sh", "-c", "cat; echo out; echo err >&2; exit 7")
            .Guarded().TryRunAsync(CancellationToken.None);
        Assert.That((exitCode, output, errors), Is.EqualTo((7, "out\n", "err\n")));
    }
}
