internal import Glibc

/// Milliseconds on a clock that only goes forward, to a few milliseconds: deadlines need no more.
///
/// The coarse clock is read several times a request and costs a tenth of the exact one.
struct MonotonicTime: Comparable, Sendable {
    let milliseconds: Int64

    static let never = MonotonicTime(milliseconds: .max)

    static var now: MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return MonotonicTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// `never` stays never.
    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (sum, overflows) = time.milliseconds.addingReportingOverflow(duration.milliseconds)
        return overflows ? .never : MonotonicTime(milliseconds: sum)
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Duration {
    /// Rounded up, and held to what a sum of a few can take.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) else { return Int64(Int32.max) * 1_000 }
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
