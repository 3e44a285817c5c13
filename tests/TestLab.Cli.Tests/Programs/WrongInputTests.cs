namespace TestLab.Cli.Tests.Programs;

/// <summary>Wrong input is one clear line on stderr with a remedy, exit code 2, and nothing else.</summary>
public sealed class WrongInputTests
{
    private static readonly object[] Cases =
    [
        new object[] { "image import mine", "nothing to import; name it: --kernel FILE, --disk FILE or --oci FILE" },
        new object[] { "image import mine --disk no/such", "disk no/such: no such file; name a file that is there" },
        new object[]
        {
            "image import debian --disk x",
            "\"debian\" is no name for an image of yours; "
                + "write small letters, digits, dots and hyphens, but no name that is taken already",
        },
        new object[] { "image build", "what is to be built?; name an image or a lab, or a --recipe FILE" },
        new object[] { "image build --recipe no/such", "--recipe: there is no file no/such; check the path" },
        new object[] { "boo", "unknown verb boo; did you mean boot?" },
        new object[] { "boot", "nothing to boot; name it: --image tiny, --kernel FILE or --restore FILE" },
        new object[]
        {
            "validate no/such", "there is no lab file no/such; name a lab file, or a folder with a lab.yaml in it",
        },
        new object[] { "plan .", "there is no lab file .; the folder has no lab.yaml" },
        new object[] { "boot --imag tiny", "unknown option --imag; did you mean --image?" },
        new object[] { "boot --frobnicate", "unknown option --frobnicate; see testlab boot --help" },
        new object[] { "boot --image tiny extra", "unknown word extra; see testlab boot --help" },
        new object[] { "boot --kernel no/such", "--kernel: there is no file no/such; check the path" },
        new object[] { "boot --kernel .", "--kernel: . is a folder; name a file in it" },
        new object[] { "boot --kernel /dev/null", "--kernel: /dev/null is empty; name another file" },
        new object[] { "boot --restore no/such", "--restore: there is no file no/such; check the path" },
        new object[]
        {
            "boot --image tiny --kernel x", "--image and --kernel exclude each other; leave one of them out",
        },
        new object[]
        {
            "boot --restore x --memory 1GiB", "--restore and --memory exclude each other; leave one of them out",
        },
        new object[]
        {
            "boot --image tiny --run a --until b", "--run and --until exclude each other; leave one of them out",
        },
        new object[]
        {
            "boot --image tiny --memory 12",
            "--memory: \"12\" has no unit; write it like 128MiB; see testlab boot --help",
        },
        new object[]
        {
            "boot --image tiny --time-limit 3x",
            "--time-limit: \"3x\" has an unknown unit; known are ns, us, ms, s, m, min, h, d; see testlab boot --help",
        },
        new object[]
        {
            "boot --image tiny --time-limit 0s",
            "--time-limit: must be more than nothing; see testlab boot --help",
        },
        new object[]
        {
            "boot --image tiny --seed x",
            $"--seed: \"x\" is no whole number from 0 to {ulong.MaxValue}; see testlab boot --help",
        },
        new object[]
        {
            "boot --image tiny --disk a,rw",
            "--disk: \"rw\" is no way to attach a disk; write FILE,ro or FILE,overlay; see testlab boot --help",
        },
        new object[]
        {
            "boot --image tiny --save-at 1s /no/such/file",
            "--save-at: there is no folder /no/such; make it, or name another place",
        },
        new object[] { "boot --image tiny --engine jit", "unknown engine jit; known are interpreter, translator" },
        new object[]
        {
            "boot --kernel x --append",
            "Required argument missing for option: '--append'; see testlab boot --help",
        },
        new object[] { "image", "Required command was not provided; see testlab image --help" },
        new object[] { "plan", "LAB is missing; see testlab plan --help" },
        new object[] { "runs compare last", "OTHER is missing; see testlab runs compare --help" },
        new object[] { "image sho tiny", "unknown verb sho; did you mean show?" },
    ];

    [TestCaseSource(nameof(Cases))]
    public void OneLineSaysWhatToDo(string arguments, string line)
    {
        Outcome outcome = TestLabProgram.Run(arguments.Split(' '));
        Assert.That(outcome, Is.EqualTo(new Outcome(2, "", $"testlab: {line}\n")));
    }

    [Test]
    public void AnUnknownImageIsAnsweredWithTheKnownOnes()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tinny");
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors, Does.StartWith("testlab: there is no image \"tinny\"; did you mean tiny?"));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }
}
