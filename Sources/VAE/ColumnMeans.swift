import Kernels
import Records

/// E[x given z] of the numbers of a table: what fills an empty cell with the least squared error.
///
/// The mean of a skewed column, or of one with a spike, is no typical value; that is what `mode` is for.
struct ColumnMeans: Sendable {
    private let schema: Schema
    private let likelihood: ColumnsLikelihood<Float>

    init(_ schema: Schema, _ likelihood: ColumnsLikelihood<Float>) {
        (self.schema, self.likelihood) = (schema, likelihood)
    }

    /// - Parameters:
    ///   - outputs: of the decoder.
    ///   - coded: `[rows, width]`, the modes; numbers are replaced by their means.
    func write(_ outputs: Matrix<Float>, into coded: Matrix<Float>) {
        for group in likelihood.groups {
            let block = outputs.columns(group.layout.outputs)
            for (j, place) in group.layout.columns.enumerated() {
                for row in 0..<coded.rows { write(group, block, j, place, into: coded, row) }
            }
        }
    }

    private func write(
        _ group: ColumnGroup<Float>, _ outputs: ColumnBlock<Float>, _ j: Int, _ place: Int,
        into coded: Matrix<Float>, _ row: Int
    ) {
        let column = likelihood.layout.order[place]
        guard let code = schema.coded[column].kind.numericCode else { return }
        let atoms = schema.coded[column].atoms
        switch likelihood.layout.parts[place] {
        case .code, .slab:
            guard case .locationScale = group.layout.family else { return }
            let mean = Self.mean(code, at: outputs[row, j], scale: group.scale(outputs, row: row, j))
            coded[row, column] = code.code(mean)
        case .level:
            let shares = group.probabilities(outputs, row: row)
            coded[row, column] = code.code(zip(shares, atoms).reduce(0) { $0 + $1.0 * $1.1 })
        case .atom:
            // The slab, which comes first, has left its mean.
            let shares = group.probabilities(outputs, row: row)
            let spikes = zip(shares, atoms).reduce(0) { $0 + $1.0 * $1.1 }
            let slab = code.value(Double(coded[row, column]))
            coded[row, column] = code.code(spikes + (shares.last ?? 0) * slab)
        }
    }

    /// In the data's own units; of a logarithmic column the mean of its log-normal distribution.
    private static func mean(_ code: NumericCode, at location: Float, scale: Float) -> Double {
        guard case .logarithmic = code.transform else { return code.value(Double(location)) }
        // No wider than the column itself: the mean of a log-normal runs away with its width.
        let width = min(Double(scale), 1) * code.scale
        return code.value(Double(location) + width * width / 2 / code.scale)
    }
}
