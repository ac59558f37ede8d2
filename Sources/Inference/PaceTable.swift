import Kernels

/// The pace of each kind of operation.
final class PaceTable: Sendable {
    private let encode = ComputePace()
    private let decode = ComputePace()
    private let reconstruct = ComputePace()
    private let score = ComputePace()
    private let sample = ComputePace()

    /// Nil before anything of the kind has been measured.
    func time(_ operation: Operation, rows: Int) -> Duration? {
        self[operation].time(rows: rows * operation.passes)
    }

    func note(_ duration: Duration, _ operation: Operation, rows: Int) {
        self[operation].note(duration, rows: rows * operation.passes)
    }

    /// How many of some jobs, from the first on, are done within a time: at least one.
    func count(of jobs: [InferenceJob], within patience: Duration) -> Int {
        var left = patience
        for (place, job) in jobs.enumerated() {
            left -= time(job.operation, rows: job.input.rows) ?? .zero
            if left < .zero { return max(place, 1) }
        }
        return jobs.count
    }

    private subscript(_ operation: Operation) -> ComputePace {
        switch operation {
        case .encode: encode
        case .decode, .path: decode
        case .reconstruct: reconstruct
        case .score: score
        case .sample: sample
        }
    }
}
