import Kernels
import TestSupport

@testable import VAE

/// The likelihood of the mixed table's columns at one fixed z, cell by cell.
struct ColumnProbe<Scalar: KernelScalar> {
    let evaluator: Evaluator<Scalar>
    let z: [Double]
    private let columns: ColumnsLikelihood<Scalar>

    init(z: [Double] = [0.8, -1.1], spread: Double = 0.4) throws {
        let network = MixedTable.network(Scalar.self, try MixedTable.architecture(), spread: spread)
        evaluator = Evaluator(network)
        self.z = z
        guard case .columns(let columns) = network.likelihood else { preconditionFailure("a table has columns") }
        self.columns = columns
    }

    func latents(_ rows: Int) -> Matrix<Scalar> {
        Matrix((0..<rows).flatMap { _ in z.map { Scalar($0) } }, rows: rows, columns: z.count)
    }

    /// log p of a column's cell for each of some codes, all other cells being empty.
    func logDensities(_ column: Int, _ codes: [Scalar]) -> [Double] {
        let coded = Matrix<Scalar>(rows: codes.count, columns: columns.codedWidth)
        coded.fill(.nan)
        for (row, code) in codes.enumerated() { coded[row, column] = code }
        let x = Matrix<Scalar>(rows: codes.count, columns: columns.termCount)
        columns.group(coded, into: x)
        let terms = Matrix<Scalar>(rows: codes.count, columns: columns.termCount)
        let workspace = ColumnsWorkspace(columns, rows: codes.count)
        columns.terms(x, outputs: outputs(codes.count), workspace, into: terms)
        return (0..<codes.count).map { row in
            (0..<terms.columns).reduce(0.0) { $0 + Double(terms[row, $1]) }
        }
    }

    private func outputs(_ rows: Int) -> Matrix<Scalar> {
        let one = evaluator.decodeBlock(latents(1))
        return Matrix((0..<rows).flatMap { _ in one.values }, rows: rows, columns: one.columns)
    }

    func probabilities(_ column: Int, _ codes: [Scalar]) -> [Double] {
        logDensities(column, codes).map { ExactMath.exp($0) }
    }

    /// The most fitting code of a column; of a number its mean.
    func mode(_ column: Int) -> Double {
        let x = Matrix<Scalar>(rows: 1, columns: columns.codedWidth)
        evaluator.decode(latents(1), into: x)
        return Double(x[0, column])
    }
}
