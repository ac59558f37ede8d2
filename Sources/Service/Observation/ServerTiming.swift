import Inference

/// The stages of a request for the tools of browsers: `parse;dur=0.031, queue;dur=0.012, …`, in milliseconds.
///
/// Source: https://www.w3.org/TR/server-timing/, §3.
enum ServerTiming {
    static func text(_ times: StageTimes) -> String {
        var text = ""
        text.reserveCapacity(80)
        for stage in StageTimes.Stage.allCases {
            if !text.isEmpty { text += ", " }
            text += "\(stage);dur="
            append(times.nanoseconds(in: stage), to: &text)
        }
        return text
    }

    /// Milliseconds with three decimals.
    private static func append(_ nanoseconds: Int, to text: inout String) {
        let microseconds = (nanoseconds + 500) / 1_000
        let rest = microseconds % 1_000
        text += "\(microseconds / 1_000)."
        text += rest < 10 ? "00" : rest < 100 ? "0" : ""
        text += "\(rest)"
    }
}
