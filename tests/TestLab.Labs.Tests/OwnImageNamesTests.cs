using System.Text;
using TestLab.Images;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Tests;

/// <summary>Labs that name images which the user imported.</summary>
public sealed class OwnImageNamesTests
{
    private string _folder = "";

    [SetUp]
    public void MakeCache()
    {
        _folder = Directory.CreateTempSubdirectory("testlab-names-").FullName;
        Import("kernel", ImageManifest.OwnKernel, "console=ttyS0 init=/sbin/init", 96);
        Import("small.disk", "6.12", "console=ttyS0 root=/dev/vda rw", 256);
        Import("services", "6.12", "console=ttyS0 root=/dev/vda rw init=/sbin/init", 512);
        Import("recipe:0123456789ab", "6.12", "console=ttyS0", 128);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void AnImportedImageIsWhatItsNameStandsForWithItsMemoryAndInit()
    {
        LabPlan lab = Sample.Require(Read("""
            lab: a
            matrix: { image: [kernel, small.disk, services] }
            machines: { m: { image: "${image}" }, large: { image: services, init: systemd, memory: 1GiB } }
            """));
        Assert.That(lab.Cells.Select(cell => cell.Machine("m")).Select(machine => (machine.Image, machine.Image.System, machine.MemoryBytes >> 20)),
            Is.EqualTo(new (ImagePlan, InitSystem?, ulong)[]
            {
                (Imported("kernel", null, 96), null, 96),
                (Imported("small.disk", InitSystem.Minimal, 256), InitSystem.Minimal, 256),
                (Imported("services", InitSystem.Systemd, 512), InitSystem.Systemd, 512),
            }));
        Assert.That(lab.Cells[0].Machine("large").MemoryBytes, Is.EqualTo(1UL << 30));
        Assert.That(CanonicalForm.Json(lab), Does.Contain("\"kind\": \"imported\""));
    }

    [TestCase("smal.disk", "there is no image \"smal.disk\"; did you mean \"small.disk\"? (known: tiny:11, ")]
    [TestCase("webserver", "there is no image \"webserver\"; one of yours has to be imported first: testlab image import; known: tiny:11, ")]
    [TestCase("recipe:0123456789ab", "there is no image \"recipe:0123456789ab\"; known: tiny:11, ")]
    public void AnUnknownNameIsToldWithTheNearestAndAllKnown(string name, string message)
    {
        LabProblem problem = Read($"lab: a\nmachines: {{ m: {{ image: \"{name}\" }} }}\n").Problems.Single();
        Assert.That((problem.Line, problem.Column), Is.EqualTo((2, 25)));
        Assert.That(problem.Message, Does.StartWith(message).And.EndsWith(", kernel, services, small.disk)").Or.EndsWith(", kernel, services, small.disk"));
    }

    [Test]
    public void AnotherInitThanThatOfTheImportIsAnError()
    {
        LabReading reading = Read("lab: a\nmachines: { m: { image: services, init: minimal } }\n");
        Assert.That(reading.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[]
        {
            "lab.yaml:2:25: services was imported with the init systemd; import it again with --init minimal, or write init: systemd",
        }));
    }

    [Test]
    public void NothingIsBuiltOnAnImport() => Assert.That(
        Read("lab: a\nmachines: { m: { image: { base: services, packages: [curl] } } }\n").Problems.Single().Message,
        Does.StartWith("there is no image \"services\""));

    private LabReading Read(string yaml) => LabFile.Parse(
        Encoding.UTF8.GetBytes(yaml), "lab.yaml", _folder, new TestProfiles(), new ImageCatalog(_folder));

    private static ImportedImage Imported(string name, InitSystem? init, int memoryMebibytes) =>
        new() { Name = name, Address = $"address-{name}", Init = init, MemoryBytes = (ulong)memoryMebibytes << 20 };

    private void Import(string name, string kernelVersion, string commandLine, int memoryMebibytes)
    {
        string folder = Path.Combine(_folder, "images", $"address-{name.Replace('.', '-')}");
        Directory.CreateDirectory(folder);
        new ImageManifest
        {
            Name = name,
            Address = $"address-{name}",
            Recipe = "",
            Architecture = ImageName.Amd64,
            KernelVersion = kernelVersion,
            CommandLine = commandLine,
            MemoryMebibytes = memoryMebibytes,
            Packages = [],
            Files = [],
        }.Save(Path.Combine(folder, ImageManifest.FileName));
    }
}
