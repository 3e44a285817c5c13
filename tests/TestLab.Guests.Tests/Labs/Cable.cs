using TestLab.Networks.Links;

namespace TestLab.Guests.Tests.Labs;

/// <summary>Both directions of a link between two guests.</summary>
/// <param name="Up">From the first to the second.</param>
/// <param name="Down">From the second to the first.</param>
internal sealed record Cable(LinkDirection Up, LinkDirection Down);
