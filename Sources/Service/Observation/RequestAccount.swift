import HTTPServer
import Inference
import Synchronization

/// What is done for one request to a model: how long each stage took, and of how many rows.
final class RequestAccount: HTTPAccount {
    let model: String
    let version: String
    /// Where the request is counted.
    private let stages: StageHistograms
    let times = StageTimes()
    private let rowCount = Atomic<Int>(0)

    init(_ model: ServedModel) {
        (self.model, version, stages) = (model.name, model.version, model.stages)
    }

    /// Counts the request among those to its model.
    func end() {
        stages.count(times)
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

    /// Takes over what another measured of the way through the engine.
    func take(queueAndComputeOf others: StageTimes) {
        for stage in [StageTimes.Stage.queue, .compute] where others.nanoseconds(in: stage) > 0 {
            times.add(.nanoseconds(others.nanoseconds(in: stage)), to: stage)
        }
    }

    func addHeaders(to headers: inout [(String, String)]) {
        headers.append(("Server-Timing", ServerTiming.text(times)))
    }
}
