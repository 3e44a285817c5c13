using Iced.Intel;
using TestLab.Processor.Memory;
using TestLab.Processor.Tests.Judge;
using TestLab.Processor.Tests.Translation.Programs;
using TestLab.Processor.Translation;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>All code that the translator writes keeps to what it may do, on all its ways, whether they are ever taken or not.</summary>
internal sealed class EmittedCodeTests : CodeLayoutTest
{
    private const int Stops = 8;
    private const ulong StopInstructions = 5000;

    [TestCase(ProgramMode.Long, false)]
    [TestCase(ProgramMode.Long, true)]
    [TestCase(ProgramMode.Compatibility, true)]
    [TestCase(ProgramMode.Protected32, false)]
    [TestCase(ProgramMode.Protected32, true)]
    [TestCase(ProgramMode.Protected32, true, true)]
    [TestCase(ProgramMode.Protected16, false)]
    [TestCase(ProgramMode.Protected16, false, true)]
    [TestCase(ProgramMode.Real, false, true)]
    public void UnitsOfRandomProgramsKeepToTheirBounds(ProgramMode mode, bool isUser, bool loadsSegments = false)
    {
        int count = 0;
        for (int seed = 501; seed <= 508; seed++)
        {
            using BareMachine machine = ProgramMachine.Start(new ProgramShape(seed, mode) { IsUser = isUser, LoadsSegments = loadsSegments }, EagerTranslator.After(1 + 4 * (seed % 2)));
            for (int stop = 0; stop < Stops; stop++)
            {
                machine.Cpu.RunUntil(machine.Cpu.Clock + StopInstructions);
                count += EmittedCode.Judge(machine.Cpu, Layout);
            }
        }

        TestContext.Out.WriteLine($"{count} host instructions");
        Assert.That(count, Is.GreaterThan(100_000));
    }

    /// <summary>Every form of every instruction that has an emitter, as far as the judge's generator makes them.</summary>
    [Test]
    public void UnitsOfRandomInstructionsKeepToTheirBounds()
    {
        const int cases = 10_000;
        const int batch = 64;
        int count = 0;
        using var processor = new EmulatedProcessor(engine: EagerTranslator.Options) { HasRun = cpu => count += EmittedCode.Judge(cpu, Layout) };
        var generator = new CaseGenerator(20_261_130, InstructionFamily.All);
        for (int first = 0; first < cases; first += batch)
            processor.Run([.. Enumerable.Range(first, Math.Min(batch, cases - first)).Select(generator.Generate)]);

        TestContext.Out.WriteLine($"{count} host instructions");
        Assert.That(count, Is.GreaterThan(100_000));
    }

    /// <summary>The routines that units share: each instruction is one, each branch leads to one, each place is theirs.</summary>
    [Test]
    public void CommonRoutinesTouchTheirOwnPlacesOnly()
    {
        byte[] code = Layout.Common.ToArray();
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code), 0);
        var written = new List<Instruction>();
        while (decoder.IP < (ulong)code.Length) written.Add(decoder.Decode());
        HashSet<ulong> starts = [.. written.Select(i => i.IP)];
        var information = new InstructionInfoFactory();
        Assert.Multiple(() =>
        {
            foreach (Instruction i in written)
            {
                Assert.That(i.IsInvalid, Is.False, $"{i.IP:x}");
                if (i.FlowControl is FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch)
                    Assert.That(starts, Does.Contain(i.NearBranchTarget), $"{i.IP:x}: {i}");
                foreach (UsedMemory memory in information.GetInfo(i).GetUsedMemory())
                    Assert.That(IsOfCommonRoutines(memory), Is.True, $"{i.IP:x}: {i}");
            }
        });
        Assert.That(written, Has.Count.GreaterThan(500));
    }

    private static bool IsOfCommonRoutines(in UsedMemory memory)
    {
        long displacement = (long)memory.Displacement;
        long field = displacement + HostRegister.StateBias;
        return (memory.Base, memory.Index) switch
        {
            (Register.None, _) => false,
            (_, _) when memory.Access == OpAccess.NoMemAccess => true,
            (Register.RSP, Register.None) => true,
            (Register.RBP, Register.None) => (field >= 0 && field < StateOffset.SupervisorSlots + StateOffset.FirstSlot)
                || field == StateOffset.UserSlots + StateOffset.SlotsFilledCount,
            // A slot, by its displacement in R11, or an entry of the jump cache, by its place there.
            (Register.RBP, Register.R11) => memory.Scale == 1
                && ((displacement >= 0 && displacement < AccessSlot.SizeBytes) || CodeLayout.IsOfJumpCache(displacement)),
            // The list of filled slots, by their number.
            (Register.RBP, Register.RCX) => memory.Scale == 4
                && (field == StateOffset.UserSlots + StateOffset.SlotsFilled || field == StateOffset.SupervisorSlots + StateOffset.SlotsFilled),
            // An entry of the translation buffer, by its place there.
            (Register.RBP, Register.RAX) => memory.Scale == 1
                && (CodeLayout.FieldOfEntry(displacement, isUser: false) >= 0 || CodeLayout.FieldOfEntry(displacement, isUser: true) >= 0),
            _ => false,
        };
    }
}
