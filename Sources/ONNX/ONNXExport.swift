import Kernels
import VAE

/// A model's encoder and decoder as ONNX files, for rows as many as there are.
///
///     encoder.onnx: inputs [batch, numbers] → mu, sigma [batch, latent]
///     decoder.onnx: latents [batch, latent] → reconstruction [batch, numbers], E[x given z]
///
/// A conditional model takes `label` [batch] too: the level's place, I64. A plain autoencoder has no sigma.
package enum ONNXExport {
    static let mostParameters = 500_000_000

    /// - Parameter producer: Elbo's version.
    /// - Returns: file names and their bytes, the same for the same model.
    package static func files(
        _ model: TrainedModel, name: String, producer: String
    ) throws(ONNXError) -> [(name: String, bytes: [UInt8])] {
        let network = model.network
        if case .columns = network.architecture.likelihood { throw .table }
        if network.architecture.hierarchy != nil { throw .twoLevels }
        let count = network.parameters.vector.count
        guard count <= mostParameters else { throw .tooLarge(file: "encoder.onnx", parameters: count) }
        return [
            ("encoder.onnx", encoder(network).model("The encoder of \(name): q(z given x).", version: producer)),
            ("decoder.onnx", decoder(network).model("The decoder of \(name): E[x given z].", version: producer)),
        ]
    }

    private static func encoder(_ network: VariationalAutoencoder<Float>) -> Graph {
        let architecture = network.architecture
        var writer = LayerWriter(Graph("encoder"), network.parameters)
        writer.graph.input("inputs", columns: architecture.inputDimension)
        let features = writer.chain(architecture.encoder, "encoder", Value("inputs", order(architecture.input)))
        let x = writer.labelled(writer.flat(features), architecture.condition)
        writer.heads(x, architecture)
        return writer.graph
    }

    private static func decoder(_ network: VariationalAutoencoder<Float>) -> Graph {
        let architecture = network.architecture
        var writer = LayerWriter(Graph("decoder"), network.parameters)
        writer.graph.input("latents", columns: architecture.latentDimension)
        let z = writer.labelled("latents", architecture.condition)
        let features = writer.chain(architecture.decoder, "decoder", Value(z, .vector))
        let outputs = writer.output(architecture.output, features)
        writer.mean(architecture, outputs, output: "reconstruction")
        writer.graph.output("reconstruction", columns: architecture.recordDimension)
        return writer.graph
    }

    private static func order(_ shape: LayerShape) -> Value.Order {
        shape.image.map { .planes([$0.channels, $0.height, $0.width]) } ?? .vector
    }
}

extension LayerWriter {
    /// Rows with the one-hot of their label behind, where the model has one.
    fileprivate mutating func labelled(_ x: String, _ condition: ConditionSpecification?) -> String {
        guard let condition else { return x }
        graph.input("label", columns: nil, .int64)
        let depth = graph.constant("level_count", [condition.levels.count])
        let oneHot = graph.node("OneHot", ["label", depth, graph.constant("off_on", shape: [2], [0, 1])])
        return graph.node("Concat", [x, oneHot], [Attribute("axis", .int(1))])
    }

    /// μ and σ = exp(½ log σ²).
    fileprivate mutating func heads(_ x: String, _ architecture: Architecture) {
        _ = dense("encoder.mean", x, output: "mu")
        graph.output("mu", columns: architecture.latentDimension)
        if architecture.isDeterministic { return }
        let half = graph.node("Mul", [dense("encoder.log_variance", x), graph.constant("half", 0.5)])
        graph.node("Exp", [half], output: "sigma")
        graph.output("sigma", columns: architecture.latentDimension)
    }

    fileprivate mutating func output(_ specification: OutputSpecification, _ x: Value) -> String {
        switch specification {
        case .dense: return dense("decoder.output", flat(x))
        case .convolution(let window, let direction):
            let image = either(x).name
            return flat(Value(convolution("decoder.output", window, direction, image), .image))
        }
    }
}
