using System.Diagnostics;
using TestLab.Images;
using TestLab.Labs.Running;
using TestLab.Machines.Devices.Storage;

namespace TestLab.Machines.Tests.Guests;

/// <summary>A whole Debian with systemd on a disk: it boots, works, and leaves a clean file system.</summary>
[Category("Slow")]
public sealed class DebianTests
{
    [Test]
    public void Debian13BootsToALoginWorksAndPowersOffCleanly()
    {
        GuestImage image = StockGuest.ImageOf("debian:13");
        using var medium = new FileDisk(image.DiskPath ?? throw new InvalidOperationException("The image has no disk."));
        var disk = new OverlayDisk(medium);
        using StockGuest guest = StockGuest.Create("debian:13", disk: disk);
        guest.RunUntilConsoleShows("login:", 60);
        LogIn(guest);
        Assert.Multiple(() =>
        {
            Assert.That(Run(guest, "apt-get check"), Does.Contain("status 0"));
            Assert.That(Run(guest, "dpkg --verify"), Does.Contain("status 0"));
            Assert.That(Run(guest, "python3 -c 'print(6 * 7.5, 2 ** 100)'"), Does.Contain("45.0 1267650600228229401496703205376"));
            Assert.That(Run(guest, "openssl speed -seconds 1 -bytes 1024 sha256 2>/dev/null"), Does.Contain("sha256"));
            Assert.That(Run(guest, "systemctl is-system-running"), Does.Contain("running"));
        });
        guest.Type("systemctl poweroff\n");
        for (int slice = 0; slice < 6000 && guest.Result != RunResult.PoweredOff; slice++) guest.Advance();
        Assert.That(guest.Result, Is.EqualTo(RunResult.PoweredOff), guest.Console);
        CheckFileSystem(disk);
    }

    private static void LogIn(StockGuest guest)
    {
        int before = guest.Console.Length;
        guest.Type("root\n");
        guest.RunUntilConsoleShows("Password:", 30, before);
        before = guest.Console.Length;
        guest.Type("testlab\n");
        guest.RunUntilConsoleShows("# ", 60, before);
    }

    private static string Run(StockGuest guest, string command)
    {
        int before = guest.Console.Length;
        guest.Type($"{command}; echo \"sta\"tus $? \"do\"ne\n");
        guest.RunUntilConsoleShows("done", 300, before);
        return guest.Console[before..];
    }

    private static void CheckFileSystem(OverlayDisk disk)
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"debian-{Guid.NewGuid():N}.img");
        try
        {
            byte[] cluster = new byte[1 << 20];
            using (FileStream file = File.Create(path))
            {
                for (ulong sector = 0; sector < disk.SectorCount; sector += (ulong)cluster.Length / IBlockBackend.SectorBytes)
                {
                    int length = (int)Math.Min((ulong)cluster.Length, (disk.SectorCount - sector) * IBlockBackend.SectorBytes);
                    Assert.That(disk.TryRead(sector, cluster.AsSpan(0, length)), Is.True);
                    // What is zero stays a hole.
                    if (cluster.AsSpan(0, length).ContainsAnyExcept((byte)0)) file.Write(cluster, 0, length);
                    else file.Seek(length, SeekOrigin.Current);
                }

                file.SetLength(file.Position);
            }

            using Process check = Process.Start(new ProcessStartInfo("/sbin/e2fsck", ["-fn", path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new InvalidOperationException("e2fsck does not start.");
            string output = check.StandardOutput.ReadToEnd();
            check.WaitForExit();
            Assert.That(check.ExitCode, Is.Zero, output);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
