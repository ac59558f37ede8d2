import Files
import Inference
import Kernels
import TestSupport
import VAE

@testable import ModelStorage

/// A small model with every kind of thing that a directory can hold.
enum SampleModel {
    /// Within a few deviations of the columns' means, so that no gate is shut and every weight shows in the answers.
    static let golden = Matrix<Float>([1, 5e-4, 3.1e8, -2, -1e-3, 2.8e8], rows: 2, columns: 3)

    static func description() throws -> ModelDescription {
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 2,
            encoder: [.dense(units: 5, activation: .leakyReLU), .gatedDense(units: 4)],
            decoder: [.dense(units: 4, activation: .gelu)], likelihood: .gaussian(.learned(floor: 0.05)))
        let columns = Columns([
            .init(name: "a", offset: 0.1, scale: 2), .init(name: "b \"quoted\"", offset: -1e-7, scale: 1e-3),
            .init(name: "ü", offset: 3e8, scale: 1e7),
        ])
        return ModelDescription(
            version: "7", architecture: architecture, inputShape: [3], columns: columns,
            scoreSeed: .max, scoreSamples: 6,
            provenance: Provenance(
                command: "elbo train a.csv", data: [("a.csv", String(repeating: "0", count: 64), 12)], seed: 3,
                metrics: [("validation_elbo", -1.5), ("best_epoch", 4)]))
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
