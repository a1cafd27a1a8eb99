using CoachingPortal.Data;
using CoachingPortal.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Tests.Storage;

public sealed class DiskWatchTests : IDisposable
{
    private readonly Clock clock = new();
    private readonly Lines log = new();
    private readonly DiskWatch watch;

    public DiskWatchTests() => watch = new(new DataFolder(Path.GetTempPath()), Options.Create(new StorageOptions()), clock, log);

    public void Dispose() => watch.Dispose();

    [Theory]
    [InlineData(50e9, 100e9, false)]
    [InlineData(10.1e9, 100e9, false)]
    [InlineData(9.9e9, 100e9, true)]
    [InlineData(1.9e9, 4e9, true)]
    [InlineData(2.1e9, 4e9, false)]
    public void Look_LessThanTheShareOrTheSizeIsFree_Warns(double free, double size, bool warns)
    {
        watch.Measure = () => new((long)free, (long)size);

        watch.Look();

        Assert.Equal(warns, watch.Warning is not null);
        Assert.Equal(warns ? 1 : 0, log.Warnings);
    }

    [Fact]
    public void Look_StaysLow_SaysItOnceAnHourAndThatItIsOver()
    {
        watch.Measure = () => new(1_400_000_000, 50_000_000_000);
        watch.Look();
        watch.Look();
        Assert.Equal(1, log.Warnings);
        Assert.Contains("1.4 GB of 50 GB are free (2.8 %)", watch.Warning, StringComparison.Ordinal);

        clock.Now += TimeSpan.FromHours(1);
        watch.Look();
        Assert.Equal(2, log.Warnings);

        watch.Measure = () => new(40_000_000_000, 50_000_000_000);
        watch.Look();
        Assert.Null(watch.Warning);
        watch.Measure = () => new(1, 50_000_000_000);
        watch.Look();
        Assert.Equal(3, log.Warnings);
    }

    [Fact]
    public void Look_RealDisk_IsMeasured()
    {
        watch.Look();

        var space = watch.Measure();
        Assert.InRange(space.Free, 1, space.Size);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Lines : ILogger<DiskWatch>
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings += logLevel == LogLevel.Warning ? 1 : 0;
    }
}
