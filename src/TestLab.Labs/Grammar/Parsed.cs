using System.Diagnostics.CodeAnalysis;

namespace TestLab.Labs.Grammar;

/// <summary>A value, or what is wrong with the text that should have been one.</summary>
internal readonly struct Parsed<T>
{
    private readonly T? _value;

    private Parsed(T? value, string? error)
    {
        _value = value;
        Error = error;
    }

    public string? Error { get; }

    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(WrongText wrong) => new(default, wrong.Error);

    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Error is null;
    }
}
