using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>The mean delay in equal steps of time, which double when there are too many of them: for people, not part of the state.</summary>
internal sealed class DelayCurve
{
    private const int StepLimit = 256;
    private const long FirstStepNanoseconds = 10_000_000;

    private readonly (long Sum, long Frames)[] _steps = new (long, long)[StepLimit];
    private long _stepNanoseconds = FirstStepNanoseconds;

    public void Add(VirtualTime time, long delayNanoseconds)
    {
        while (time.Nanoseconds / _stepNanoseconds >= StepLimit) Widen();
        ref (long Sum, long Frames) step = ref _steps[time.Nanoseconds / _stepNanoseconds];
        step = (step.Sum + delayNanoseconds, step.Frames + 1);
    }

    /// <summary>The mean over the step that holds the moment; 0 where no frame was sent.</summary>
    public long At(long nanoseconds)
    {
        long index = nanoseconds / _stepNanoseconds;
        if (index >= StepLimit) return 0;
        (long sum, long frames) = _steps[index];
        return frames == 0 ? 0 : sum / frames;
    }

    private void Widen()
    {
        for (int index = 0; index < StepLimit / 2; index++)
        {
            (long Sum, long Frames) left = _steps[2 * index];
            (long Sum, long Frames) right = _steps[2 * index + 1];
            _steps[index] = (left.Sum + right.Sum, left.Frames + right.Frames);
        }

        Array.Clear(_steps, StepLimit / 2, StepLimit / 2);
        _stepNanoseconds *= 2;
    }
}
