import Kernels
import Records

/// A network with what is needed to use it on the data's own terms.
package final class TrainedModel: Sendable {
    package let network: VariationalAutoencoder<Float>
    /// The columns of a table; nil where records are plain vectors, such as images.
    package let table: TableCoding?
    /// How records of a table are read that hold the level that they are conditioned on; nil where none do.
    package let labelledSchema: Schema?
    /// The shape of one record, such as `[28, 28]`; of a table the number of coded columns.
    package let inputShape: [Int]
    /// The seed of the score's noise unless the caller gives one.
    package let scoreSeed: UInt64
    /// Samples of a score unless the caller says otherwise.
    package let scoreSamples: Int
    /// How rows are ranked and how rare a rank is; nil where nothing was kept for calibration.
    package let ranking: RowRanking?

    /// - Throws: `VAEError.tensorShape` when the input's shape or the columns do not fit the network, `.familyMismatch`.
    package init(
        network: VariationalAutoencoder<Float>, schema: Schema?, inputShape: [Int], scoreSeed: UInt64,
        scoreSamples: Int, reference: ScoreReference? = nil
    ) throws(VAEError) {
        let dimension = network.architecture.recordDimension
        guard inputShape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == dimension else {
            throw .tensorShape(name: "input", expected: [dimension], got: inputShape)
        }
        self.network = network
        table = try TableCoding(schema, network)
        labelledSchema = try Self.labelled(schema, network.architecture.condition)
        (self.inputShape, self.scoreSeed, self.scoreSamples) = (inputShape, scoreSeed, scoreSamples)
        ranking = try Self.ranking(reference, table, network, inputShape, scoreSeed)
    }

    private static func labelled(
        _ schema: Schema?, _ condition: ConditionSpecification?
    ) throws(VAEError) -> Schema? {
        guard let schema, let condition else { return nil }
        do {
            return try schema.labelled(condition)
        } catch {
            throw .badCondition("a column that cannot be read: \(error)")
        }
    }

    private static func ranking(
        _ reference: ScoreReference?, _ table: TableCoding?, _ network: VariationalAutoencoder<Float>,
        _ shape: [Int], _ seed: UInt64
    ) throws(VAEError) -> RowRanking? {
        do {
            switch (reference, table) {
            case (.table(let reference)?, let table?):
                return try RowRanking(reference, table: table, evaluator: Evaluator(network))
            case (.vectors(let reference)?, nil):
                let measure = VectorMeasure(
                    network.architecture.likelihood, shape: shape, seed: seed, medianScore: reference.medianScore)
                return try RowRanking(reference, measure)
            default: return nil
            }
        } catch {
            throw .calibration("\(error)")
        }
    }

    package var schema: Schema? { table?.schema }

    /// Numbers of one record as it is given and answered.
    package var recordDimension: Int { network.architecture.recordDimension }
}
