namespace TestLab.Cli.Boot;

/// <summary>Finds the keys that leave the guest among those typed: Ctrl-], or Ctrl-a x; Ctrl-a a types Ctrl-a.</summary>
internal sealed class EscapeKeys
{
    public const string Hint = "Ctrl-] or Ctrl-a x leaves";

    private const byte ControlA = 0x01;
    private const byte ControlBracket = 0x1D;

    private bool _isPrefixed;

    /// <summary>True once the user wants to leave.</summary>
    public bool HasLeft { get; private set; }

    /// <returns>The keys that are the guest's.</returns>
    public byte[] Filter(ReadOnlySpan<byte> typed)
    {
        var passed = new List<byte>(typed.Length);
        foreach (byte key in typed)
        {
            switch (_isPrefixed, key)
            {
                case (false, ControlBracket) or (true, (byte)'x' or (byte)'X' or ControlBracket):
                    HasLeft = true;
                    return [.. passed];
                case (false, ControlA):
                    _isPrefixed = true;
                    continue;
                case (true, (byte)'a' or ControlA):
                    passed.Add(ControlA);
                    break;
                case (true, _):
                    passed.AddRange([ControlA, key]);
                    break;
                default:
                    passed.Add(key);
                    break;
            }
            _isPrefixed = false;
        }
        return [.. passed];
    }
}
