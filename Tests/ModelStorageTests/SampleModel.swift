import Files
import Inference
import Kernels
import Records
import TestSupport
import VAE

@testable import ModelStorage

/// A small model with every kind of thing that a directory can hold.
enum SampleModel {
    /// Within a few deviations of the columns' means, so that no gate is shut and every weight shows in the answers.
    static let golden = Matrix<Float>([0.45, 0.5, 1, -1.05, -1, -0.2], rows: 2, columns: 3)

    static func description() throws -> ModelDescription {
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 2,
            encoder: [.dense(units: 5, activation: .leakyReLU), .gatedDense(units: 4)],
            decoder: [.dense(units: 4, activation: .gelu)],
            likelihood: .columns([
                .gaussian(ColumnScale(isPerRecord: false, floor: 0.05)),
                .gaussian(ColumnScale(isPerRecord: true, floor: 0.1)),
                .student(ColumnScale(isPerRecord: false, floor: 0.05), degrees: 4),
            ]))
        let schema = try Schema([
            column("a", offset: 0.1, scale: 2), column("b \"quoted\"", offset: -1e-7, scale: 1e-3),
            column("ü", offset: 3e8, scale: 1e7),
        ])
        return ModelDescription(
            version: "7", architecture: architecture, inputShape: [3], schema: schema,
            scoreSeed: .max, scoreSamples: 6,
            provenance: Provenance(
                command: "elbo train a.csv", data: [("a.csv", String(repeating: "0", count: 64), 12)], seed: 3,
                metrics: [("validation_elbo", -1.5), ("best_epoch", 4)]))
    }

    static func column(_ name: String, offset: Double, scale: Double) -> Column {
        Column(name: name, kind: .real(NumericCode(transform: .linear, offset: offset, scale: scale)))
    }

    /// Of vectors without columns; as wide.
    static func plain(_ likelihood: LikelihoodSpecification = .gaussian(.learned(floor: 0.05))) throws -> StoredModel {
        var description = try description()
        description.architecture = try Architecture(
            inputDimension: 3, latentDimension: 2, encoder: description.architecture.encoder,
            decoder: description.architecture.decoder, likelihood: likelihood)
        description.schema = nil
        return try make(description)
    }

    static func make(_ description: ModelDescription? = nil, seed: UInt64 = 3) throws -> StoredModel {
        let description = try description ?? self.description()
        let parameters = Parameters<Float>(ParameterLayout(description.architecture), seed: seed)
        return try StoredModel(name: "sample", description, parameters)
    }

    /// Writes the model to `name` in the directory.
    static func write(to directory: TemporaryDirectory, _ name: String = "model") throws {
        try make().write(to: directory(name), goldenInput: golden, extra: [("note.txt", Array("hello".utf8))])
    }
}
