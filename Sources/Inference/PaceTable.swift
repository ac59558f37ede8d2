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
