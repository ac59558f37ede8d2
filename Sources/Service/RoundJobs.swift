import HTTPServer
import Inference

/// The jobs for one engine that have come in a round of a server's thread, which computes them together at its end.
final class RoundJobs: HTTPRound.Work {
    private let engine: ModelEngine
    private var jobs: [InferenceJob] = []

    init(_ engine: ModelEngine) {
        self.engine = engine
    }

    func add(_ job: InferenceJob) {
        jobs.append(job)
    }

    func finish() {
        engine.compute(jobs)
    }
}
