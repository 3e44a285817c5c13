using TestLab.Images;
using TestLab.Labs.Building;
using TestLab.Labs.Results;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

/// <summary>
/// Images of 32 bits: where the host cannot run their programs they are finished in an emulated machine. Both ways give
/// the same system.
/// </summary>
[Category("Slow")]
public sealed class BuildMachineTests
{
    private static readonly ImageName Debian = ImageName.Parse("debian:12-i386-minimal");

    [Test]
    public async Task AnI386DebianWithAPackageAndACommandIsBuiltAndBoots()
    {
        CellResult result = await Rehearsal.RunAsync(
            """
            lab: old
            machines:
              box:
                image:
                  base: debian:12-i386
                  packages: [netcat-openbsd]
                  run: [uname -m > /srv/machine, command -v nc > /srv/where]
            steps:
              - { name: 32 bits, run: getconf LONG_BIT, expect: { stdout: "32" } }
              - { name: all is set up, run: dpkg --audit, expect: { stdout: "" } }
              - { name: the package works, run: nc -h, expect: { stderr: { contains: OpenBSD netcat } } }
              - name: the commands ran on such a machine
                run: cat /srv/machine /srv/where
                expect: { stdout: ["/i686|x86_64/", "/usr/bin/nc"] }
              - name: users and links are as a Debian has them
                run: stat -c %U:%G:%a /etc/shadow && readlink /bin && id -u _apt
                expect: { stdout: ["root:shadow:640", usr/bin, "42"] }
            """,
            new LabRunOptions());
        Assert.That(result.Failure, Is.Null);
        foreach (StepResult step in result.Steps)
            Assert.That(step.Verdict, Is.EqualTo(StepVerdict.Passed), $"{step.Name}: {step.Attempts[^1].Stdout}{step.Attempts[^1].Stderr}");
    }

    [Test]
    public void AFailingCommandIsNamedWithWhatItSaid()
    {
        ImageRecipe recipe = ImageRecipe.For(new ImageSpecification
        {
            Base = Debian,
            Commands = ["true", "echo reason >&2; exit 9"],
        });
        RecipeCommandException? failed = Assert.ThrowsAsync<RecipeCommandException>(
            () => new ImageBuilder(new ImageCatalog(), new BuildMachine()).BuildAsync(recipe));
        Assert.That(failed?.Command, Is.EqualTo("echo reason >&2; exit 9"));
        Assert.That(failed?.Message, Does.Contain("reason"));
    }
}
