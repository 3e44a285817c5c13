namespace TestLab.Processor.FloatingPoint;

/// <summary>What FLD1, FLDL2T ... push: the constants rounded by the rounding control, with no exception.</summary>
public static class Float80Constants
{
    public static Float80 One => Float80.One;

    public static Float80 Zero => Float80.Zero;

    /// <summary>FLDL2T: log2(10).</summary>
    public static Float80 BinaryLogarithmOfTen(RoundingMode mode) =>
        Round(mode, 1, 0xD49A784BCD1B8AFE, 0x492BF6FF4DAFDB4C);

    /// <summary>FLDL2E: log2(e).</summary>
    public static Float80 BinaryLogarithmOfE(RoundingMode mode) =>
        Round(mode, 0, 0xB8AA3B295C17F0BB, 0xBE87FED0691D3E88);

    /// <summary>FLDPI.</summary>
    public static Float80 Pi(RoundingMode mode) => Round(mode, 1, 0xC90FDAA22168C234, 0xC4C6628B80DC1CD1);

    /// <summary>FLDLG2: log10(2).</summary>
    public static Float80 DecimalLogarithmOfTwo(RoundingMode mode) =>
        Round(mode, -2, 0x9A209A84FBCFF798, 0x8F8959AC0B7C9178);

    /// <summary>FLDLN2: ln(2).</summary>
    public static Float80 NaturalLogarithmOfTwo(RoundingMode mode) =>
        Round(mode, -1, 0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF);

    private static Float80 Round(RoundingMode mode, int exponent, ulong significand, ulong rest)
    {
        bool up = FloatRounding.RoundsUp(mode, false, (significand & 1) != 0, rest);
        return Float80.Pack(false, Float80.Bias + exponent, significand + (up ? 1UL : 0));
    }
}
