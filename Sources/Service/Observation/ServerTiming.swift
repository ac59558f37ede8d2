import Inference

/// The stages of a request for the tools of browsers: `parse;dur=0.031, queue;dur=0.012, …`, in milliseconds.
///
/// Bytes, not interpolation, which looks up how to print an enum: that cost more than all else that a request is told of.
///
/// Source: https://www.w3.org/TR/server-timing/, §3.
enum ServerTiming {
    static func text(_ times: StageTimes) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(96)
        append("parse;dur=", times.nanoseconds(in: .parse), to: &bytes)
        append(", queue;dur=", times.nanoseconds(in: .queue), to: &bytes)
        append(", compute;dur=", times.nanoseconds(in: .compute), to: &bytes)
        append(", print;dur=", times.nanoseconds(in: .print), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Milliseconds with three decimals.
    private static func append(_ name: String, _ nanoseconds: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        let microseconds = (nanoseconds + 500) / 1_000
        var unit = 1_000
        while unit * 10 <= microseconds { unit *= 10 }
        while unit > 0 {
            if unit == 100 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(UInt8(ascii: "0") + UInt8(microseconds / unit % 10))
            unit /= 10
        }
    }
}
