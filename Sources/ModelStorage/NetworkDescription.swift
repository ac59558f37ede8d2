import JSON
import Kernels
import VAE

/// The part of `architecture` in `model.json` that does not follow from the data; also a file of its own for training.
package struct NetworkDescription: Equatable, Sendable {
    package let latentDimension: Int
    package let encoder: [LayerSpecification]
    package let decoder: [LayerSpecification]
    package let output: OutputSpecification
    package var prior = PriorSpecification.standard
    package var hierarchy: HierarchySpecification?
    package var condition: ConditionSpecification?
    package var isDeterministic = false

    static let keys = [
        "latent_dimension", "encoder", "decoder", "output", "prior", "hierarchy", "condition", "deterministic",
    ]

    package init(
        latentDimension: Int, encoder: [LayerSpecification], decoder: [LayerSpecification],
        output: OutputSpecification = .dense
    ) {
        (self.latentDimension, self.output) = (latentDimension, output)
        (self.encoder, self.decoder) = (encoder, decoder)
    }

    init(_ architecture: Architecture) {
        (latentDimension, output) = (architecture.bottomDimension, architecture.output)
        (encoder, decoder) = (architecture.encoder, architecture.decoder)
        (prior, hierarchy) = (architecture.prior, architecture.hierarchy)
        (condition, isDeterministic) = (architecture.condition, architecture.isDeterministic)
    }

    /// From the bytes of a file that holds nothing else.
    package init(json bytes: [UInt8], file: String) throws(ModelStorageError) {
        self = try ModelStorageError.reading(file) {
            let root = try JSONDocument(bytes).root
            try root.allow(Self.keys)
            return try Self(root)
        }
    }

    /// - Parameter notes: keys that layers may have besides their own, which others read.
    init(_ element: JSONElement, notes: [String] = []) throws {
        latentDimension = try element.member("latent_dimension").int()
        encoder = try element.member("encoder").elements().map { try LayerSpecification($0, notes: notes) }
        decoder = try element.member("decoder").elements().map { try LayerSpecification($0, notes: notes) }
        output = try element.optionalMember("output").map { try OutputSpecification($0, notes: notes) } ?? .dense
        prior = try element.optionalMember("prior").map { try PriorSpecification($0) } ?? .standard
        hierarchy = try element.optionalMember("hierarchy").map { try HierarchySpecification($0) }
        condition = try element.optionalMember("condition").map { try ConditionSpecification($0) }
        isDeterministic = try element.optionalMember("deterministic")?.bool() ?? false
    }

    package func architecture(
        inputDimension: Int, inputShape: [Int]?, likelihood: LikelihoodSpecification
    ) throws(VAEError) -> Architecture {
        try Architecture(
            inputDimension: inputDimension, inputShape: inputShape, latentDimension: latentDimension,
            encoder: encoder, decoder: decoder, output: output, likelihood: likelihood, prior: prior,
            hierarchy: hierarchy, condition: condition, isDeterministic: isDeterministic)
    }

    func writeMembers(to writer: inout JSONWriter) throws(JSONError) {
        writer.key("latent_dimension")
        writer.int(latentDimension)
        for (key, layers) in [("encoder", encoder), ("decoder", decoder)] {
            writer.key(key)
            try layers.write(to: &writer)
        }
        // What is usual has no key, as in models written before there was a choice.
        if output != .dense {
            writer.key("output")
            output.write(to: &writer)
        }
        if prior != .standard {
            writer.key("prior")
            prior.write(to: &writer)
        }
        if let hierarchy {
            writer.key("hierarchy")
            try hierarchy.write(to: &writer)
        }
        if let condition {
            writer.key("condition")
            condition.write(to: &writer)
        }
        if isDeterministic {
            writer.key("deterministic")
            writer.bool(true)
        }
    }
}
