import ArgumentParser
import Inference
import Kernels
import ModelStorage
import Records
import VAE

/// What the commands that go through rows have in common.
struct BulkOptions: ParsableArguments {
    @Argument(help: "A model directory.")
    var model: String

    @Argument(help: "A CSV table with a header or IDX images, .gz too; - for a table from standard input.")
    var input: String

    @Option(help: "csv or ndjson.")
    var format: RowFormat = .csv

    /// Runs an operation over all rows of the input.
    ///
    /// - Parameters:
    ///   - stored: the model loaded from `model`.
    ///   - fields: what a row of the output holds.
    ///   - write: writes the answers to some rows.
    func run(
        _ operation: Operation, _ stored: StoredModel, fields: [RowWriter.Field],
        write: (InferenceOutput, RowWriter) throws -> Void
    ) throws {
        let isLatent = operation.inputKind == .latent
        let network = stored.model.network
        let source = try RowSources.open(
            input, schema: isLatent ? nil : stored.model.schema,
            width: isLatent ? network.latentDimension : network.inputDimension)
        let writer = try RowWriter(format, fields)
        let runner = BulkRunner(stored.model, operation)
        while let rows = try source.next() { try write(try runner.run(rows), writer) }
    }
}

extension RowWriter.Field {
    /// One record, under the names of the model's columns where it has any.
    static func record(_ name: String, _ stored: StoredModel) -> RowWriter.Field {
        let columns = stored.model.schema?.names
        return RowWriter.Field(name: name, count: stored.model.recordDimension, columns: columns)
    }

    static func latent(_ name: String, _ stored: StoredModel) -> RowWriter.Field {
        RowWriter.Field(name: name, count: stored.model.network.latentDimension)
    }
}
