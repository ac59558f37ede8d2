internal import Glibc

/// A moment as RFC 3339 writes it, in UTC and to the millisecond.
package struct LogTime: Sendable {
    /// Since 1970, not negative.
    private let milliseconds: Int

    package init(milliseconds: Int) {
        self.milliseconds = max(0, milliseconds)
    }

    package static var now: LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: time.tv_sec * 1_000 + time.tv_nsec / 1_000_000)
    }

    /// `2026-01-31T12:00:00.000Z`
    package var text: String {
        let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Self.date(day)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        Self.append(date.year, digits: 4, "-", to: &bytes)
        Self.append(date.month, digits: 2, "-", to: &bytes)
        Self.append(date.day, digits: 2, "T", to: &bytes)
        Self.append(rest / 3_600_000, digits: 2, ":", to: &bytes)
        Self.append(rest / 60_000 % 60, digits: 2, ":", to: &bytes)
        Self.append(rest / 1_000 % 60, digits: 2, ".", to: &bytes)
        Self.append(rest % 1_000, digits: 3, "Z", to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The date in the Gregorian calendar, so many days after 1 January 1970.
    ///
    /// Source: Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`; years there begin in March.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            era * 400 + year + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func append(_ number: Int, digits: Int, _ end: Unicode.Scalar, to bytes: inout [UInt8]) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
        bytes.append(UInt8(ascii: end))
    }
}
