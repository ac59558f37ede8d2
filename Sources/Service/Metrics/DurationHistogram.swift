/// How many durations fell between bounds, and their sum.
struct DurationHistogram: Sendable {
    /// Seconds: those that OpenTelemetry advises for HTTP, and finer ones below, where small models answer.
    static let bounds = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1,
        2.5, 5, 7.5, 10,
    ]
    private static let nanoseconds = bounds.map { Int64(($0 * 1e9).rounded()) }

    /// Of each bucket by itself; the last is above all bounds.
    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private var sum: Int64 = 0

    var seconds: Double { Double(sum) / 1e9 }
    var count: Int { counts.reduce(0, +) }

    mutating func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        add(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    mutating func add(nanoseconds time: Int64) {
        counts[Self.nanoseconds.firstIndex { time <= $0 } ?? Self.nanoseconds.count] += 1
        sum += time
    }
}
