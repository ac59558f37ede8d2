import Kernels

/// A network with what is needed to use it on the data's own terms.
package struct TrainedModel: Sendable {
    package let network: VariationalAutoencoder<Float>
    /// The columns of a table; nil where records are plain vectors, such as images.
    package let columns: Columns?
    /// The shape of one record, such as `[28, 28]`; its product is the network's input dimension.
    package let inputShape: [Int]
    /// The seed of the score's noise unless the caller gives one.
    package let scoreSeed: UInt64
    /// Samples of a score unless the caller says otherwise.
    package let scoreSamples: Int
    /// log |dx / dx′| of the standardisation, in nats: what makes a density one of the data's own units.
    package let logScale: Double

    /// - Throws: `VAEError.tensorShape` when the input's shape or the columns do not fit the network, `.duplicateColumn`.
    package init(
        network: VariationalAutoencoder<Float>, columns: Columns?, inputShape: [Int], scoreSeed: UInt64,
        scoreSamples: Int
    ) throws(VAEError) {
        let dimension = network.inputDimension
        guard inputShape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == dimension else {
            throw .tensorShape(name: "input", expected: [dimension], got: inputShape)
        }
        if let columns, columns.columns.count != dimension {
            throw .tensorShape(name: "columns", expected: [dimension], got: [columns.columns.count])
        }
        if let name = columns?.duplicateName { throw .duplicateColumn(name) }
        (self.network, self.columns, self.inputShape) = (network, columns, inputShape)
        (self.scoreSeed, self.scoreSamples) = (scoreSeed, scoreSamples)
        logScale = columns?.logScale ?? 0
    }
}
