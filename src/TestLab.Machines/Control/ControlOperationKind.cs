namespace TestLab.Machines.Control;

/// <summary>The kinds of operations; saved in snapshots, so members are only added.</summary>
public enum ControlOperationKind
{
    Command,
    Download,
    Upload,
    Call,
}
