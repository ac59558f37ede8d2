import Inference
import Locking

/// How long the stages of the requests to one model took.
final class StageHistograms: Sendable {
    private let state = Locked(
        [DurationHistogram](repeating: DurationHistogram(), count: StageTimes.Stage.allCases.count))

    /// Counts one request, in those stages that it reached.
    func count(_ times: StageTimes) {
        state.withLock { histograms in
            for stage in StageTimes.Stage.allCases {
                let time = times.nanoseconds(in: stage)
                if time > 0 { histograms[stage.rawValue].add(nanoseconds: Int64(time)) }
            }
        }
    }

    var all: [(stage: StageTimes.Stage, times: DurationHistogram)] {
        Array(zip(StageTimes.Stage.allCases, state.withLock { $0 }))
    }
}
