namespace TestLab.Labs.Running;

/// <summary>What a machine boots, as files of the host and bytes.</summary>
public sealed record MachineMaterial
{
    public required ReadOnlyMemory<byte> Kernel { get; init; }

    /// <summary>Empty for none.</summary>
    public ReadOnlyMemory<byte> Initrd { get; init; }

    public required string CommandLine { get; init; }

    /// <summary>A raw disk that is only read; what the guest writes stays with the run.</summary>
    public string? Disk { get; init; }

    /// <summary>For people: the image's name.</summary>
    public required string Label { get; init; }

    /// <summary>What the image is, by content: part of the run's identity.</summary>
    public required string Address { get; init; }
}
