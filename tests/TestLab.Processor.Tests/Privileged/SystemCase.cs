using Iced.Intel;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>One line of a table of cases: what it shows, the code, the outcome, and what to look at beyond it.</summary>
public sealed record SystemCase(string Name, Action<Assembler> Write, string Outcome = "done", Action<SystemMachine>? Check = null,
    Action<SystemMachine>? Prepare = null)
{
    public void RunOn(SystemMachine machine)
    {
        using (machine)
        {
            Prepare?.Invoke(machine);
            Assert.That(machine.Run(Write), Is.EqualTo(Outcome));
            Check?.Invoke(machine);
        }
    }

    public override string ToString() => Name;
}
