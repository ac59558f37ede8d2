import HTTPServer
import Inference
import Synchronization

/// What is done for one request to a model: how long each stage took, and of how many rows.
final class RequestAccount: HTTPAccount {
    let model: ServedModel
    let times = StageTimes()
    private let rowCount = Atomic<Int>(0)

    init(_ model: ServedModel) {
        self.model = model
    }

    /// Records read, or asked for.
    var rows: Int { rowCount.load(ordering: .relaxed) }

    func addRows(_ count: Int) {
        rowCount.add(count, ordering: .relaxed)
    }

    /// Adds the time that `body` takes, when it fails too.
    func measure<Result, Failure: Error>(
        _ stage: StageTimes.Stage, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let began = ContinuousClock.now
        defer { times.add(.now - began, to: stage) }
        return try body()
    }

    var headers: [(String, String)] { [("Server-Timing", ServerTiming.text(times))] }
}
