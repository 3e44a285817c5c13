namespace TestLab.Processor.Instructions.Float;

/// <summary>What an x87 instruction does around its own work.</summary>
internal interface IFloatStep
{
    /// <summary>A pending exception comes first.</summary>
    static abstract bool Waits { get; }

    /// <summary>The instruction and data pointers show it.</summary>
    static abstract bool Records { get; }
}

/// <summary>The kinds of x87 instructions in this respect.</summary>
internal static class FloatSteps
{
    public readonly struct Computing : IFloatStep
    {
        public static bool Waits => true;
        public static bool Records => true;
    }

    /// <summary>FLDCW, FLDENV, FRSTOR.</summary>
    public readonly struct Controlling : IFloatStep
    {
        public static bool Waits => true;
        public static bool Records => false;
    }

    /// <summary>FNINIT, FNCLEX, FNSTCW, FNSTSW, FNSTENV, FNSAVE.</summary>
    public readonly struct ControllingAtOnce : IFloatStep
    {
        public static bool Waits => false;
        public static bool Records => false;
    }
}
