namespace TestLab.Images.Packages;

/// <summary>What apt would do with a package next.</summary>
internal enum PackageStep
{
    Unpack,
    Configure,
    Remove,
}
