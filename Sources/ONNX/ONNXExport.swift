import Kernels
import VAE

/// A model's encoder and decoder as ONNX files, for rows as many as there are.
///
///     encoder.onnx: inputs [batch, numbers] → mu, sigma [batch, latent]
///     decoder.onnx: latents [batch, latent] → reconstruction [batch, numbers], E[x given z]
///     score.onnx:   inputs [batch, numbers] → score [batch], −ELBO in nats at z = μ
///
/// The score needs a closed form of the KL divergence, so the prior N(0, I), and the Bernoulli or the Gaussian likelihood.
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
        let files = [
            ("encoder.onnx", encoder(network).model("The encoder of \(name): q(z given x).", version: producer)),
            ("decoder.onnx", decoder(network).model("The decoder of \(name): E[x given z].", version: producer)),
        ]
        guard let score = score(network) else { return files }
        return files + [("score.onnx", score.model("The score of \(name): −ELBO at z = μ.", version: producer))]
    }

    private static func encoder(_ network: VariationalAutoencoder<Float>) -> Graph {
        let architecture = network.architecture
        var writer = LayerWriter(Graph("encoder"), network.parameters)
        let x = writer.features(architecture)
        _ = writer.dense("encoder.mean", x, output: "mu")
        writer.graph.output("mu", columns: architecture.latentDimension)
        if architecture.isDeterministic { return writer.graph }
        let logVariance = writer.dense("encoder.log_variance", x)
        let half = writer.graph.node("Mul", [logVariance, writer.graph.constant("half", 0.5)])
        writer.graph.node("Exp", [half], output: "sigma")
        writer.graph.output("sigma", columns: architecture.latentDimension)
        return writer.graph
    }

    private static func decoder(_ network: VariationalAutoencoder<Float>) -> Graph {
        let architecture = network.architecture
        var writer = LayerWriter(Graph("decoder"), network.parameters)
        writer.graph.input("latents", columns: architecture.latentDimension)
        let outputs = writer.decoded(architecture, "latents", writer.label(architecture))
        writer.mean(architecture, outputs, output: "reconstruction")
        writer.graph.output("reconstruction", columns: architecture.recordDimension)
        return writer.graph
    }

    /// nil for a model whose score has no such form.
    private static func score(_ network: VariationalAutoencoder<Float>) -> Graph? {
        let architecture = network.architecture
        guard architecture.prior == .standard, architecture.condition == nil, !architecture.isDeterministic,
            LayerWriter.scores(architecture.likelihood)
        else { return nil }
        var writer = LayerWriter(Graph("score"), network.parameters)
        let x = writer.features(architecture)
        let (mean, logVariance) = (writer.dense("encoder.mean", x), writer.dense("encoder.log_variance", x))
        let outputs = writer.decoded(architecture, mean, nil)
        writer.score(network.likelihood, "inputs", outputs: outputs, mean: mean, logVariance: logVariance)
        writer.graph.output("score", columns: nil)
        return writer.graph
    }
}

extension LayerWriter {
    /// The one-hot of the label that comes in, where the model has one.
    fileprivate mutating func label(_ architecture: Architecture) -> String? {
        guard let condition = architecture.condition else { return nil }
        graph.input("label", columns: nil, .int64)
        let depth = graph.constant("level_count", [condition.levels.count])
        return graph.node("OneHot", ["label", depth, graph.constant("off_on", shape: [2], [0, 1])])
    }

    private mutating func joined(_ x: String, _ label: String?) -> String {
        label.map { graph.node("Concat", [x, $0], [Attribute("axis", .int(1))]) } ?? x
    }

    /// What the heads are taken of, from `inputs`.
    fileprivate mutating func features(_ architecture: Architecture) -> String {
        graph.input("inputs", columns: architecture.inputDimension)
        let features = flat(chain(architecture.encoder, "encoder", Value("inputs", Self.order(architecture.input))))
        return joined(features, label(architecture))
    }

    private static func order(_ shape: LayerShape) -> Value.Order {
        shape.image.map { .planes([$0.channels, $0.height, $0.width]) } ?? .vector
    }

    /// What the likelihood is taken of, from a code.
    fileprivate mutating func decoded(_ architecture: Architecture, _ z: String, _ label: String?) -> String {
        let features = chain(architecture.decoder, "decoder", Value(joined(z, label), .vector))
        switch architecture.output {
        case .dense: return dense("decoder.output", flat(features))
        case .convolution(let window, let direction):
            let image = either(features).name
            return flat(Value(convolution("decoder.output", window, direction, image), .image))
        }
    }
}
