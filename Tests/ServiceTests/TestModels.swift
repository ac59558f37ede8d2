import Kernels
import ModelStorage
import VAE

@testable import Service

/// Small models with random weights.
enum TestModels {
    /// Vectors of 3 numbers, 2 in a code; no columns.
    static func plain(_ name: String = "plain", inputDimension: Int = 3) throws -> StoredModel {
        try make(name, inputDimension: inputDimension, .gaussian(.fixed(0.5)))
    }

    /// Images of 2 × 2 pixels in [0, 1].
    static func pixels() throws -> StoredModel {
        try make("pixels", inputDimension: 4, .bernoulli)
    }

    /// A table with the columns amount, hour and km.
    static func table() throws -> StoredModel {
        let columns = Columns([
            Columns.Column(name: "amount", offset: 10, scale: 4), Columns.Column(name: "hour", offset: 12, scale: 6),
            Columns.Column(name: "km", offset: 2, scale: 0.5),
        ])
        return try make("table", inputDimension: 3, .gaussian(.learned(floor: 0.05)), columns)
    }

    /// All three; `pixels` is the first by name.
    static func all() throws -> [StoredModel] {
        [try table(), try plain(), try pixels()]
    }

    private static func make(
        _ name: String, inputDimension: Int, _ likelihood: LikelihoodSpecification, _ columns: Columns? = nil
    ) throws -> StoredModel {
        let layers = [LayerSpecification.dense(units: 8, activation: .tanh)]
        let architecture = try Architecture(
            inputDimension: inputDimension, latentDimension: 2, encoder: layers, decoder: layers,
            likelihood: likelihood)
        let description = ModelDescription(
            version: "v1", architecture: architecture,
            inputShape: likelihood == .bernoulli ? [2, 2] : [inputDimension],
            columns: columns, scoreSeed: 5, scoreSamples: 4,
            provenance: Provenance(command: "", data: [], seed: 0, metrics: []))
        return try StoredModel(name: name, description, Parameters(ParameterLayout(architecture), seed: 3))
    }
}
