import Kernels
import Records

/// From coded rows to what the network takes.
package final class TableCoding: Sendable {
    package let schema: Schema
    package let features: FeatureMap
    private let likelihood: ColumnsLikelihood<Float>
    private let means: ColumnMeans

    /// - Returns: nil where there are no columns.
    /// - Throws: `VAEError` when the columns do not fit the network.
    package init?(_ schema: Schema?, _ network: VariationalAutoencoder<Float>) throws(VAEError) {
        guard case .columns(let families) = network.architecture.likelihood,
            case .columns(let likelihood) = network.likelihood
        else {
            guard schema == nil else { throw .columnsWithoutFamilies }
            return nil
        }
        guard let schema else { throw .tensorShape(name: "columns", expected: [families.count], got: [0]) }
        guard schema.width == families.count else {
            throw .tensorShape(name: "columns", expected: [families.count], got: [schema.width])
        }
        for (column, family) in zip(schema.coded, families) where !family.fits(column) {
            throw .familyMismatch(column: column.name, kind: column.kind.word.rawValue)
        }
        features = FeatureMap(schema)
        guard features.width == network.inputDimension else {
            throw .tensorShape(name: "input", expected: [network.inputDimension], got: [features.width])
        }
        (self.schema, self.likelihood) = (schema, likelihood)
        means = ColumnMeans(schema, likelihood)
        termOrder = likelihood.layout.order
    }

    /// The column of each term, in the order of the likelihood's groups.
    package let termOrder: [Int]

    /// - Parameter coded: `[rows, schema.width]`
    package func observe(_ coded: Matrix<Float>) -> Observation<Float> {
        let x = room(rows: coded.rows)
        write(coded, into: x)
        return x
    }

    package func room(rows: Int) -> Observation<Float> {
        Observation(
            features: Matrix(rows: rows, columns: features.width),
            targets: Matrix<Float>(rows: rows, columns: likelihood.termCount))
    }

    package func write(_ coded: Matrix<Float>, into x: Observation<Float>) {
        features.apply(coded, into: x.features)
        likelihood.group(coded, into: x.targets)
    }

    /// Only what the encoder sees.
    package func write(_ coded: Matrix<Float>, features into: Matrix<Float>) {
        features.apply(coded, into: into)
    }

    /// What fills empty cells with the least squared error: means of numbers, the likeliest level.
    ///
    /// - Parameters:
    ///   - outputs: of the decoder.
    ///   - coded: `[rows, schema.width]`, overwritten.
    package func fill(_ outputs: Matrix<Float>, into coded: Matrix<Float>) {
        likelihood.mode(outputs, into: coded)
        means.write(outputs, into: coded)
    }

    /// What each column adds to the score of a row, in nats: −E log p(x_j given z).
    ///
    /// Densities are those of the codes, which have no unit: a column in feet costs what it costs in metres, and a number that has
    /// a density can be held against one that has a probability.
    ///
    /// - Parameters:
    ///   - cells: as the evaluator gives them, `[rows, termOrder.count]`.
    ///   - kl: the KL divergence of the row.
    ///   - result: `[rows, schema.width]`; 0 for a column without a likelihood and for a missing cell.
    /// - Returns: the KL divergence, rounded as the contributions are, so that the sum of all is exact.
    package func contributions(
        _ cells: Matrix<Double>, row: Int, kl: Double, into result: Matrix<Double>
    ) -> Double {
        let (width, terms) = (schema.width, termOrder.count)
        return cells.withSpan { cells in
            result.withMutableSpan { result in
                for column in 0..<width { result[row * width + column] = 0 }
                for place in 0..<terms { result[row * width + termOrder[place]] -= cells[row * terms + place] }
                var total = kl
                for column in 0..<width { total += abs(result[row * width + column]) }
                let step = Nats.step(total: total)
                for column in 0..<width {
                    result[row * width + column] = Nats.rounded(result[row * width + column], to: step)
                }
                return Nats.rounded(kl, to: step)
            }
        }
    }
}

extension ColumnFamily {
    /// Whether codes of the kind lie where the family has density.
    func fits(_ column: Column) -> Bool {
        switch (self, column.kind) {
        case (.spiked(let atoms, _), .real), (.spiked(let atoms, _), .positive): atoms == column.atomCodes
        case (.discrete(let atoms, _), .real), (.discrete(let atoms, _), .positive):
            atoms == column.atomCodes && column.isDiscrete
        case (.gaussian, .real), (.gaussian, .positive), (.student, .real), (.student, .positive): true
        case (.poisson, .count), (.negativeBinomial, .count): true
        case (.bernoulli, .binary(let names)): names.count == 2
        case (.categorical(let levels, _), .categorical(let names)), (.ordinal(let levels, _), .ordinal(let names)):
            levels == names.count
        case (.none, .constant): true
        default: false
        }
    }
}
