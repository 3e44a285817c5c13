namespace TestLab.Protocol;

/// <summary>One cell of the matrix of a run.</summary>
/// <param name="Cell">As <c>release=12,link=dsl</c>; empty where the lab has no matrix.</param>
public readonly record struct CellId(RunId Run, string Cell)
{
    public override string ToString() => Cell.Length == 0 ? Run.Name : $"{Run.Name} {Cell}";
}
