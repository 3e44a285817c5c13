namespace TestLab.Networks.Links.Delays;

/// <summary>Inverse cumulative distributions at the edges of equally likely intervals, as fixed-point numbers.</summary>
internal static class QuantileTables
{
    private const int Intervals = 4_096;

    /// <summary>Where iproute2 cuts off, since its tables are 16-bit numbers of 8192 a jitter.</summary>
    private const double CutOff = 32_767.0 / 8_192;

    /// <summary>Mean 0, standard deviation 1.</summary>
    public static int[] Normal() => Tabulate(NormalQuantiles());

    /// <summary>Shape 3, moved to its mean of 3/2 and scaled by 4/3.</summary>
    public static int[] Pareto() => Tabulate(ParetoQuantiles());

    /// <summary>A quarter of the one and three quarters of the other.</summary>
    public static int[] ParetoNormal() =>
        Tabulate([.. NormalQuantiles().Zip(ParetoQuantiles(), (normal, pareto) => normal / 4 + pareto * 3 / 4)]);

    private static int[] Tabulate(double[] quantiles)
    {
        int[] edges = new int[quantiles.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            double scaled = double.Clamp(quantiles[i], -CutOff, CutOff) * DelayDistribution.One;
            edges[i] = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }

        return edges;
    }

    private static double[] NormalQuantiles()
    {
        double[] quantiles = new double[Intervals + 1];
        double quantile = 0;
        for (int i = Intervals / 2; i <= Intervals; i++)
        {
            // The last edge would be infinite; the last half interval ends in its middle.
            double probability = i == Intervals ? 1 - 0.25 / Intervals : (double)i / Intervals;
            for (int step = 0; step < 6; step++)
                quantile -= (NormalShareBelow(quantile) - probability) / NormalDensity(quantile);
            quantiles[i] = quantile;
            quantiles[Intervals - i] = -quantile;
        }

        return quantiles;
    }

    private static double[] ParetoQuantiles()
    {
        double[] quantiles = new double[Intervals + 1];
        for (int i = 0; i <= Intervals; i++)
        {
            double above = i == Intervals ? 0.25 / Intervals : 1 - (double)i / Intervals;
            quantiles[i] = (1 / CubeRoot(above) - 1.5) * 4 / 3;
        }

        return quantiles;
    }

    // Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...), which converges fast within the cut-off.
    private static double NormalShareBelow(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 3; n < 121; n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + sum * NormalDensity(x);
    }

    private static double NormalDensity(double x)
    {
        const double RootOfTwoPi = 2.506_628_274_631_000_5;
        return 1 / (Exponential(x * x / 2) * RootOfTwoPi);
    }

    // The series of a 64th, then six squarings.
    private static double Exponential(double x)
    {
        double part = x / 64;
        double term = 1;
        double sum = 1;
        for (int n = 1; n < 20; n++)
        {
            term *= part / n;
            sum += term;
        }

        for (int i = 0; i < 6; i++) sum *= sum;
        return sum;
    }

    private static double CubeRoot(double x)
    {
        double root = 1;
        for (int step = 0; step < 60; step++) root -= (root * root * root - x) / (3 * root * root);
        return root;
    }
}
