namespace TestLab.Cli.Boot;

/// <summary>Builds the machine of a plan, or of a snapshot.</summary>
internal static class GuestMaker
{
    public static IGuest Create(BootPlan plan) => throw new NotSupportedException($"no machine yet for {plan.Kernel}");

    public static IGuest Restore(string path) => throw new NotSupportedException($"no machine yet for {path}");
}
