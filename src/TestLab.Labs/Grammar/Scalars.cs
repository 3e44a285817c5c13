using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TestLab.Images;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;

namespace TestLab.Labs.Grammar;

/// <summary>The single values of lab files.</summary>
internal static class Scalars
{
    public const string NamePattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    public const string NameNoun = "a name of small letters, digits and inner hyphens, at most 63";

    private const string NumberPattern = @"[0-9]*\.?[0-9]+ *";

    public static Shape<string> Text { get; } = new ScalarShape<string>("a text", null, (node, _) => node.Text);

    public static Shape<string> Line { get; } = new ScalarShape<string>("a line of text", null, (node, _) =>
        node.Text.AsSpan().ContainsAny('\n', '\r') ? new WrongText("this is one line, not several") : node.Text);

    public static Shape<string> Command { get; } = new ScalarShape<string>("a command for sh", null, (node, _) =>
        string.IsNullOrWhiteSpace(node.Text) ? new WrongText("the command is empty") : node.Text);

    public static Shape<string> Name { get; } = new ScalarShape<string>(NameNoun, NamePattern, (node, _) =>
        IsName(node.Text) ? node.Text : new WrongText($"{Quote.Of(node.Text)} is not {NameNoun}"));

    public static Shape<bool> Flag { get; } = new ScalarShape<bool>("true or false", null, (node, _) => node.Text switch
    {
        "true" => true,
        "false" => false,
        _ => new WrongText($"{Quote.Of(node.Text)} is neither true nor false"),
    })
    {
        Words = ["true", "false"],
    };

    public static Shape<long> Duration { get; } = Quantity(Unit.Duration, 0, 365L * 86_400_000_000_000);

    public static Shape<long> PositiveDuration { get; } = Quantity(Unit.Duration, 1, 365L * 86_400_000_000_000);

    public static Shape<long> Rate { get; } = Quantity(Unit.Rate, 8, 1_000_000_000_000);

    public static Shape<long> Bytes { get; } = Quantity(Unit.Size, 1, 1L << 40);

    public static Shape<Probability> Probability { get; } = new ScalarShape<Probability>(
        "a share like 1% or 0.05%", $"{NumberPattern}%", (node, _) => ParseProbability(node.Text));

    public static Shape<IPAddress> Address { get; } = new ScalarShape<IPAddress>(
        "an IPv4 address like 10.1.0.7", @"[0-9]{1,3}(\.[0-9]{1,3}){3}", (node, _) => ParseAddress(node.Text));

    public static Shape<IPNetwork> Subnet { get; } = new ScalarShape<IPNetwork>(
        "a subnet like 10.1.0.0/24", @"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}", (node, _) => ParseSubnet(node.Text));

    public static Shape<PhysicalAddress> Mac { get; } = new ScalarShape<PhysicalAddress>(
        "a MAC address like 02:00:00:00:00:07", "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", (node, _) => ParseMac(node.Text));

    public static Shape<string> GuestPath { get; } = new ScalarShape<string>(
        "an absolute path in the machine", "/[^\0]*", (node, _) => IsGuestPath(node.Text)
            ? node.Text
            : new WrongText($"{Quote.Of(node.Text)} is no absolute path; paths in a machine begin with / and have no .."));

    /// <summary>A file or folder of the host that is there.</summary>
    public static Shape<string> HostPath { get; } = new ScalarShape<string>(
        "a path from the lab's folder", null, (node, reading) => CheckHostPath(node.Text, reading, isFile: false));

    public static Shape<string> HostFile { get; } = new ScalarShape<string>(
        "the path of a file from the lab's folder", null, (node, reading) => CheckHostPath(node.Text, reading, isFile: true));

    /// <summary>A file among the results: a plain relative path.</summary>
    public static Shape<string> ResultPath { get; } = new ScalarShape<string>(
        "a path inside the folder of results", null, (node, _) => IsResultPath(node.Text)
            ? node.Text
            : new WrongText($"{Quote.Of(node.Text)} leaves the folder of results; write a relative path without .."));

    public static Shape<int> FileMode { get; } = new ScalarShape<int>(
        "a file mode like \"0644\"", "0?[0-7]{3,4}", (node, _) =>
            node.Text.Length is 3 or 4 && node.Text.All(digit => digit is >= '0' and <= '7')
                ? Convert.ToInt32(node.Text, 8)
                : new WrongText($"{Quote.Of(node.Text)} is no file mode; write it like \"0644\""));

    public static Shape<long> Epoch { get; } = new ScalarShape<long>(
        "a time like 2026-01-01T00:00:00Z", @"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?", (node, _) =>
            DateTimeOffset.TryParseExact(node.Text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd"],
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                && time.Year is >= 1980 and < 2100
                ? time.ToUnixTimeSeconds()
                : new WrongText($"{Quote.Of(node.Text)} is no time from 1980 to 2099; write it like 2026-01-01T00:00:00Z"));

    /// <summary>The full name of an image that can be built.</summary>
    public static Shape<string> ImageBase { get; } = new ScalarShape<string>(
        "an image like tiny or debian:13", "[a-z]+(:[a-z0-9-]+)?", (node, _) =>
            ImageName.TryParse(node.Text, out ImageName? name)
                ? name.ToString()
                : new WrongText($"there is no image {Quote.Of(node.Text)}; "
                    + Quote.Remedy(node.Text, [.. ImageName.All.Select(each => each.ToString())])));

    public static Shape<long> Integer(string noun, long min, long max) => new ScalarShape<long>(
        $"{noun} from {min} to {max}", "-?[0-9]+", (node, _) =>
            long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && value >= min && value <= max
                ? value
                : new WrongText($"{Quote.Of(node.Text)} is not {noun} from {min} to {max}"));

    public static Shape<long> Quantity(Unit unit, long min, long max) => new ScalarShape<long>(
        unit.Noun, $"{NumberPattern}({unit.SuffixPattern})", (node, _) =>
            !unit.TryParse(node.Text, out long value, out string? error) ? new WrongText(error)
            : value < min ? new WrongText($"{Quote.Of(node.Text)} is too small; at least {unit.Format(min)}")
            : value > max ? new WrongText($"{Quote.Of(node.Text)} is too large; at most {unit.Format(max)}")
            : value);

    public static Shape<T> Word<T>(string noun, params (string Word, T Value)[] words)
    {
        string[] known = [.. words.Select(word => word.Word)];
        return new ScalarShape<T>($"{noun} ({string.Join(", ", known)})", null, (node, _) =>
        {
            foreach ((string word, T value) in words)
            {
                if (word == node.Text) return value;
            }
            return new WrongText($"{Quote.Of(node.Text)} is not {noun}; {Quote.Remedy(node.Text, known)}");
        })
        {
            Words = known,
        };
    }

    /// <summary>A name that is declared somewhere in the lab.</summary>
    public static Shape<string> Reference(string kind, Func<LabNames, IReadOnlyCollection<string>> known) =>
        new ScalarShape<string>($"the name of a {kind}", null, (node, reading) =>
        {
            IReadOnlyCollection<string> names = known(reading.Names);
            return names.Contains(node.Text) ? node.Text
                : new WrongText($"there is no {kind} {Quote.Of(node.Text)}; {Quote.Remedy(node.Text, names)}");
        });

    public static Parsed<Probability> ParseProbability(string text)
    {
        string trimmed = text.Trim();
        if (!trimmed.EndsWith('%'))
        {
            return new WrongText(IsNumber(trimmed, out decimal bare)
                ? $"{Quote.Of(text)} has no unit; write a share like {(bare is > 0 and < 1 ? bare * 100 : bare):0.######}%"
                : $"{Quote.Of(text)} is no share; write it like 1%");
        }
        if (!IsNumber(trimmed[..^1].TrimEnd(), out decimal percent)) return new WrongText($"{Quote.Of(text)} is no share; write it like 1%");
        if (percent > 100) return new WrongText($"{Quote.Of(text)} is more than 100%");
        decimal parts = percent * 10_000_000;
        return parts == decimal.Truncate(parts)
            ? new Probability((uint)parts)
            : new WrongText($"{Quote.Of(text)} is finer than a thousand millionth, which is the least share");
    }

    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        ParseAddress(text).TryGet(out address);

    private static bool IsNumber(string text, out decimal value) => decimal.TryParse(
        text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static bool IsName(string text) => text.Length is > 0 and <= 63
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
        && text[0] != '-' && text[^1] != '-';

    private static Parsed<IPAddress> ParseAddress(string text) =>
        text.Count(letter => letter == '.') == 3 && text.All(letter => letter == '.' || char.IsAsciiDigit(letter))
            && IPAddress.TryParse(text, out IPAddress? address) && address.ToString() == text
            ? address
            : new WrongText($"{Quote.Of(text)} is no IPv4 address; write it like 10.1.0.7");

    private static Parsed<IPNetwork> ParseSubnet(string text)
    {
        string[] parts = text.Split('/');
        bool isSubnet = parts.Length == 2 && ParseAddress(parts[0]).TryGet(out IPAddress? address)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= 32;
        if (!isSubnet) return new WrongText($"{Quote.Of(text)} is no subnet; write it like 10.1.0.0/24");
        int prefix = int.Parse(parts[1], CultureInfo.InvariantCulture);
        uint value = Ipv4.ToNumber(IPAddress.Parse(parts[0]));
        uint mask = Ipv4.Mask(prefix);
        if (prefix is < 8 or > 29) return new WrongText($"{Quote.Of(text)} is too {(prefix < 8 ? "large" : "small")}; a subnet is from /8 to /29");
        return (value & ~mask) == 0
            ? new IPNetwork(Ipv4.ToAddress(value), prefix)
            : new WrongText($"{Quote.Of(text)} has bits behind its prefix; the subnet is {Ipv4.ToAddress(value & mask)}/{prefix}");
    }

    private static Parsed<PhysicalAddress> ParseMac(string text)
    {
        bool isMac = text.Length == 17 && text.Where((_, index) => index % 3 == 2).All(letter => letter == ':')
            && text.Where((_, index) => index % 3 != 2).All(char.IsAsciiHexDigit);
        if (!isMac) return new WrongText($"{Quote.Of(text)} is no MAC address; write it like 02:00:00:00:00:07");
        byte[] bytes = Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
        return (bytes[0] & 1) == 0 && bytes.Any(value => value != 0)
            ? new PhysicalAddress(bytes)
            : new WrongText($"{Quote.Of(text)} is the address of a group, not of a card; the first byte must be even");
    }

    private static bool IsGuestPath(string text) => text.StartsWith('/') && !text.Contains('\0', StringComparison.Ordinal)
        && !text.Split('/').Contains("..");

    private static bool IsResultPath(string text) => text.Length > 0 && !text.StartsWith('/')
        && !text.Split('/', '\\').Contains("..") && !text.Contains('\0', StringComparison.Ordinal);

    private static Parsed<string> CheckHostPath(string text, Reading reading, bool isFile)
    {
        if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal)) return new WrongText("the path is empty");
        if (isFile && reading.Files.IsFile(text)) return text;
        if (!isFile && reading.Files.Exists(text)) return text;
        string kind = isFile ? "file" : "file or folder";
        return new WrongText($"there is no {kind} {Quote.Of(text)} in the lab's folder");
    }
}
