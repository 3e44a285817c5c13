namespace TestLab.Processor.FloatingPoint;

/// <summary>Order among operands of any format.</summary>
internal static class FloatComparison
{
    /// <summary>
    /// Compares. A signalling NaN is always invalid; a quiet one only if <paramref name="signalling"/>.
    /// </summary>
    public static FloatRelation Compare(
        in FloatOperand first, in FloatOperand second, bool signalling, ref FloatContext context)
    {
        if (first.IsNaN || second.IsNaN)
        {
            if (signalling || first.Class > FloatClass.QuietNaN || second.Class > FloatClass.QuietNaN)
            {
                context.Raise(FloatExceptions.Invalid);
            }

            return FloatRelation.Unordered;
        }

        if (first.IsDenormal || second.IsDenormal)
        {
            context.Raise(FloatExceptions.Denormal);
        }

        if (first.IsZero && second.IsZero)
        {
            return FloatRelation.Equal;
        }

        if (first.IsZero || second.IsZero || first.IsNegative != second.IsNegative)
        {
            bool isLess = first.IsZero ? !second.IsNegative : first.IsNegative;
            return isLess ? FloatRelation.Less : FloatRelation.Greater;
        }

        int order = CompareMagnitudes(first, second);
        return (FloatRelation)(1 + (first.IsNegative ? -order : order));
    }

    /// <summary>
    /// -1, 0 or 1 as the magnitude of the first, which is not zero, is below, at or above the second's.
    /// </summary>
    public static int CompareMagnitudes(in FloatOperand first, in FloatOperand second)
    {
        if (first.IsInfinity || second.IsInfinity)
        {
            return first.Class.CompareTo(second.Class) switch { 0 => 0, _ => first.IsInfinity ? 1 : -1 };
        }

        return first.Exponent != second.Exponent
            ? first.Exponent.CompareTo(second.Exponent)
            : first.Significand.CompareTo(second.Significand);
    }
}
