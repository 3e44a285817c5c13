namespace TestLab.Machines.Devices.Clocks;

/// <summary>A date and time of day of the proleptic Gregorian calendar, from and to seconds since 1970.</summary>
internal readonly record struct CalendarTime(int Year, int Month, int Day, int Hour, int Minute, int Second)
{
    public const long SecondsPerDay = 86_400;

    private const int DaysPerEra = 146_097; // 400 years.
    private const int DaysToUnixEpoch = 719_468; // From 0000-03-01.

    /// <summary>1 is Sunday, as in the clock chip.</summary>
    public int WeekDay => (int)((DaysSinceYear0(ToUnixSeconds(), out _) + 3) % 7) + 1;

    public static CalendarTime FromUnixSeconds(long seconds)
    {
        long shifted = DaysSinceYear0(seconds, out long rest);
        long era = shifted / DaysPerEra;
        int dayOfEra = (int)(shifted % DaysPerEra);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int month = (5 * dayOfYear + 2) / 153; // 0 is March, so that the leap day ends the year.
        int day = dayOfYear - (153 * month + 2) / 5 + 1;
        int civilMonth = month < 10 ? month + 3 : month - 9;
        int year = (int)(400 * era) + yearOfEra + (civilMonth <= 2 ? 1 : 0);
        return new CalendarTime(year, civilMonth, day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    }

    /// <summary>Fields out of their ranges carry over, so any register content has a time.</summary>
    public long ToUnixSeconds()
    {
        int year = Month <= 2 ? Year - 1 : Year;
        int era = year / 400;
        int yearOfEra = year % 400;
        int dayOfYear = (153 * (Month > 2 ? Month - 3 : Month + 9) + 2) / 5 + Day - 1;
        int dayOfEra = 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        long days = (long)era * DaysPerEra + dayOfEra - DaysToUnixEpoch;
        return days * SecondsPerDay + Hour * 3600L + Minute * 60 + Second;
    }

    /// <summary>Whole days since 0000-03-01, a Wednesday, and the seconds into the day.</summary>
    private static long DaysSinceYear0(long unixSeconds, out long secondOfDay)
    {
        long seconds = Math.Max(0, unixSeconds + DaysToUnixEpoch * SecondsPerDay);
        return Math.DivRem(seconds, SecondsPerDay, out secondOfDay);
    }
}
