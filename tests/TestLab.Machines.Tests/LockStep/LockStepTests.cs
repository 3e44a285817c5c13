using System.Globalization;
using TestLab.Processor;
using TestLab.Processor.Execution;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>Whole guests on both engines at once: all that they can see is equal every ten virtual milliseconds.</summary>
/// <remarks>
/// By hand: TESTLAB_LOCKSTEP_IMAGE (as <c>testlab image list</c> names them), TESTLAB_LOCKSTEP_COMMAND and
/// TESTLAB_LOCKSTEP_SLICES say what <see cref="AnyGuestAndAnyCommand"/> runs.
/// </remarks>
internal sealed class LockStepTests
{
    private const int SliceLimit = 3000;

    private const string Work =
        "ls -lR /bin /etc /proc/self | sort | md5sum; "
        + "for i in 1 2 3 4 5 6 7 8; do echo $i | sed s/[0-9]/x$i/ | tr x y; done; "
        + "i=0; while [ $i -lt 1500 ]; do i=$((i+1)); done; echo $i; "
        + "trap 'echo caught' USR1; (sleep 0.02; kill -USR1 $$) & wait; wait; "
        + "head -c 200000 /bin/busybox | gzip | gunzip | sha256sum; "
        + "awk 'BEGIN { for (i = 1; i < 3000; i++) s += i * 1.37 / (i + 0.5); printf \"%.9f\\n\", s }'";

    private static readonly EngineOptions s_interpreter = new() { Kind = EngineKind.Interpreter };
    private static readonly EngineOptions s_translator = new() { Kind = EngineKind.Translator };

    [Test, Category("Slow")]
    public void ABootAndTheWorkOfAShellAndOfAJuggler() =>
        Compare("tiny:13", JugglerProgram.Create(60), "/tmp/program && " + Work, SliceLimit, says: "done\n");

    [Test, Category("Slow")]
    public void ABootAndTheWorkOfAShellOf32Bits() => Compare("tiny:12-i386", [], Work, SliceLimit, says: "caught\n");

    [Test, Category("Slow"), Explicit("Takes long; see the remarks.")]
    public void AnyGuestAndAnyCommand() => Compare(
        Setting("IMAGE", "debian:13-minimal"),
        JugglerProgram.Create(1000),
        Setting("COMMAND", "/tmp/program; " + Work),
        int.Parse(Setting("SLICES", "20000"), CultureInfo.InvariantCulture));

    [Test]
    public void ADifferenceIsTracedToItsInstruction()
    {
        MachineOptions options = new() { MemoryBytes = 16 << 20, Engine = s_interpreter };
        var lockStep = new MachineLockStep(() => new BareGuest(options), () => new BareGuest(options with { Processor = CpuModel.Pentium3 }));
        MachineDifference? found = lockStep.Run(SliceLimit);
        ulong expected = 2 + 2 * BareGuest.CountBefore; // Moves around the loop, then CPUID.
        Assert.That((found?.From, found?.To), Is.EqualTo((expected, expected + 1)), $"{found}");
        Assert.That(found?.Text, Does.Contain("r0:").And.Contain("differ: processor"));
    }

    [Test]
    public void EqualMachinesStayInStep()
    {
        MachineOptions options = new() { MemoryBytes = 16 << 20 };
        var lockStep = new MachineLockStep(
            () => new BareGuest(options with { Engine = s_interpreter }), () => new BareGuest(options));
        Assert.That(lockStep.Run(SliceLimit), Is.Null);
    }

    /// <param name="says">What the command says, among other things.</param>
    private static void Compare(string image, byte[] program, string command, int sliceLimit, string says = "")
    {
        if (!Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
        ScriptedGuest? last = null;
        var lockStep = new MachineLockStep(
            () => new ScriptedGuest(image, s_interpreter, program, command),
            () => last = new ScriptedGuest(image, s_translator, program, command));
        MachineDifference? found = lockStep.Run(sliceLimit);
        TestContext.Out.WriteLine($"{image}: {lockStep.Slices} slices, {lockStep.Clock} ticks");
        TestContext.Out.WriteLine(last?.Answer);
        Assert.That(found, Is.Null, $"{found}");
        Assert.That(last?.Answer, Does.Contain("exit code 0").And.Contain(says));
    }

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable("TESTLAB_LOCKSTEP_" + name) is { Length: > 0 } value ? value : otherwise;
}
