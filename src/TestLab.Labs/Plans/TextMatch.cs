using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>What a text must be like. One line break at the end of either side does not count.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ExactText), "equals")]
[JsonDerivedType(typeof(PatternText), "matches")]
[JsonDerivedType(typeof(ContainedText), "contains")]
[JsonDerivedType(typeof(LackingText), "lacks")]
[JsonDerivedType(typeof(LineTexts), "lines")]
[JsonDerivedType(typeof(NumberText), "number")]
[JsonDerivedType(typeof(AllTexts), "all")]
public abstract record TextMatch;

/// <summary>It is this text.</summary>
public sealed record ExactText(string Text) : TextMatch;

/// <summary>The regular expression (.NET's, non-backtracking, culture invariant) matches somewhere.</summary>
public sealed record PatternText(string Pattern, bool IgnoresCase, bool IsMultiline) : TextMatch;

/// <summary>The text is somewhere in it.</summary>
public sealed record ContainedText(string Text) : TextMatch;

/// <summary>The text is nowhere in it.</summary>
public sealed record LackingText(string Text) : TextMatch;

/// <summary>It has exactly so many lines, and each is like its match.</summary>
public sealed record LineTexts(IReadOnlyList<TextMatch> Lines) : TextMatch;

/// <summary>It is a decimal number, blanks around it aside, that compares so.</summary>
public sealed record NumberText(Comparison Comparison, decimal Value) : TextMatch;

/// <summary>It is like all of these.</summary>
public sealed record AllTexts(IReadOnlyList<TextMatch> Matches) : TextMatch;
