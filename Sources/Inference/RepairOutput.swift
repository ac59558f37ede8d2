import Kernels
import VAE

/// What the model expects of some records of a table, and how far they are from it.
package struct RepairOutput: Sendable {
    /// Coded rows `[rows, recordDimension]`.
    package let expected: Matrix<Float>
    /// What fills empty cells best, `[rows, recordDimension]`.
    package let filling: Matrix<Float>
    /// How many nats each cell would gain by being as expected, `[rows, recordDimension]`; 0 where it is missing.
    package let surprise: Matrix<Double>

    /// Cells that would gain more than this have moved: for a normal column, those over two standard deviations away.
    package static let movedNats = 2.0

    init(rows: Int, model: TrainedModel) {
        expected = Matrix(rows: rows, columns: model.recordDimension)
        filling = Matrix(rows: rows, columns: model.recordDimension)
        surprise = Matrix(rows: rows, columns: model.recordDimension)
    }

    private init(_ expected: Matrix<Float>, _ filling: Matrix<Float>, _ surprise: Matrix<Double>) {
        (self.expected, self.filling, self.surprise) = (expected, filling, surprise)
    }

    package var rows: Int { expected.rows }

    func rows(_ range: Range<Int>) -> RepairOutput {
        RepairOutput(expected.rows(range), filling.rows(range), surprise.rows(range))
    }

    func assign(_ other: RepairOutput) {
        expected.assign(other.expected)
        filling.assign(other.filling)
        surprise.assign(other.surprise)
    }

    func firstNonFiniteRow() -> Int? {
        [
            expected.firstNonFinite().map { $0 / expected.columns },
            filling.firstNonFinite().map { $0 / filling.columns },
            surprise.firstNonFinite().map { $0 / surprise.columns },
        ].compactMap { $0 }.min()
    }
}
