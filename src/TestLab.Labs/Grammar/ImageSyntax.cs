using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>An image as a machine declares it; where it does not say its init, the machine does.</summary>
internal sealed record ImageSyntax(Mark Mark, ImagePlan Plan, InitSystem? Init);
