import Kernels
import TestSupport
import Testing
import VAE

@testable import ONNX

/// What the files say; what they compute is measured in ONNX Runtime by Benchmarks/pytorch/check.py.
@Suite struct ONNXExportTests {
    private func model(
        encoder: [LayerSpecification] = [], decoder: [LayerSpecification] = [], output: OutputSpecification = .dense,
        likelihood: LikelihoodSpecification = .bernoulli, prior: PriorSpecification = .standard,
        hierarchy: HierarchySpecification? = nil, condition: ConditionSpecification? = nil,
        isDeterministic: Bool = false
    ) throws -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 32, inputShape: [2, 4, 4], latentDimension: 2, encoder: encoder, decoder: decoder,
            output: output, likelihood: likelihood, prior: prior, hierarchy: hierarchy, condition: condition,
            isDeterministic: isDeterministic)
        return try TrainedModel(
            network: VariationalAutoencoder(architecture, startingFrom: 1), schema: nil, inputShape: [2, 4, 4],
            scoreSeed: 1, scoreSamples: 1)
    }

    /// `ModelProto` of a file, by its name.
    private func files(_ model: TrainedModel) throws -> [String: ProtobufReader] {
        let files = try ONNXExport.files(model, name: "vae", producer: "9")
        return try Dictionary(uniqueKeysWithValues: files.map { ($0.name, try #require(ProtobufReader($0.bytes))) })
    }

    private func graph(_ part: String, _ model: TrainedModel) throws -> ProtobufReader {
        try #require(files(model)["\(part).onnx"]?.messages(7).first)
    }

    private func operators(_ part: String, _ model: TrainedModel) throws -> [String] {
        try graph(part, model).messages(1).flatMap { $0.texts(4) }
    }

    /// Names and shapes of what comes in (11) or goes out (12).
    private func shapes(_ graph: ProtobufReader, _ field: Int) -> [String] {
        graph.messages(field).map { value in
            let tensor = value.messages(2)[0].messages(1)[0]
            let sides = tensor.messages(2)[0].messages(1).map { side in
                side.texts(2).first ?? side.number(1).map(String.init) ?? "?"
            }
            return "\(value.texts(1)[0]) \(tensor.number(1) ?? 0) \(sides)"
        }
    }

    // MARK: Files

    @Test func filesSayWhatTheyAre() throws {
        for (_, file) in try files(model()) {
            #expect(file.number(1) == 8 && file.texts(2) == ["elbo"] && file.texts(3) == ["9"])
            let opset = try #require(file.messages(8).first)
            #expect(opset.texts(1) == [""] && opset.number(2) == 17)
        }
    }

    @Test func rowsAreAsManyAsThereAre() throws {
        let model = try model()
        let (encoder, decoder) = (try graph("encoder", model), try graph("decoder", model))
        #expect(shapes(encoder, 11) == [#"inputs 1 ["batch", "32"]"#])
        #expect(shapes(encoder, 12) == [#"mu 1 ["batch", "2"]"#, #"sigma 1 ["batch", "2"]"#])
        #expect(shapes(decoder, 11) == [#"latents 1 ["batch", "2"]"#])
        #expect(shapes(decoder, 12) == [#"reconstruction 1 ["batch", "32"]"#])
    }

    @Test func constantsHoldTheWeights() throws {
        let model = try model()
        let tensor = try #require(graph("encoder", model).messages(5).first { $0.texts(8) == ["encoder.mean.weight"] })
        #expect(tensor.all(1) == [[2, 32]] && tensor.number(2) == 1)
        let numbers = model.network.parameters["encoder.mean.weight"].values
        #expect(
            tensor.all(9) == [
                numbers.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
            ])
    }

    @Test func everyNameIsMadeBeforeItIsUsed() throws {
        let layers: [LayerSpecification] = [
            .reshape(ReshapeSpecification(channels: 2, height: 4, width: 4)), .upsample(factor: 2),
            .groupNorm(groups: 2, .gelu), .groupNorm(groups: 2, .silu), .batchNorm(.softplus),
            .residual(ResidualSpecification([.layerNorm(.identity)], activation: .leakyReLU)), .gatedDense(units: 3),
        ]
        let model = try model(
            encoder: layers, likelihood: .discretizedLogistic(.perRecord(floor: 0.1)),
            condition: ConditionSpecification(levels: ["a", "b"]))
        for part in ["encoder", "decoder"] {
            let graph = try graph(part, model)
            let constants = graph.messages(5).flatMap { $0.texts(8) }
            var known = Set(constants + graph.messages(11).flatMap { $0.texts(1) } + [""])
            #expect(Set(constants).count == constants.count)
            for node in graph.messages(1) {
                #expect(node.texts(1).allSatisfy(known.contains), "\(node.texts(1))")
                for output in node.texts(2) { #expect(known.insert(output).inserted) }
            }
            #expect(graph.messages(12).flatMap { $0.texts(1) }.allSatisfy(known.contains))
        }
    }

    // MARK: Layers

    @Test func imagesAreArrangedWhereLayersAsk() throws {
        let window = WindowSpecification(3, padding: 1)
        let convolution = LayerSpecification.convolution(
            ConvolutionSpecification(channels: 3, window: window, nonlinearity: .activation(.relu)))
        let heads = ["Gemm", "Gemm", "Mul", "Exp"]
        #expect(
            try operators("encoder", model(encoder: [convolution])) == ["Reshape", "Conv", "Relu", "Flatten"] + heads)
        // A dense layer takes the planes as they come.
        #expect(
            try operators("encoder", model(encoder: [.dense(units: 3, activation: .tanh)])) == ["Gemm", "Tanh"] + heads)
        #expect(try operators("encoder", model(encoder: [.flatten, .dropout(rate: 0.5)])) == heads)
        let decoder: [LayerSpecification] = [
            .dense(units: 32, activation: .identity), .reshape(ReshapeSpecification(channels: 2, height: 4, width: 4)),
        ]
        #expect(
            try operators("decoder", model(decoder: decoder, output: .convolution(window, .forward)))
                == ["Gemm", "Reshape", "Conv", "Flatten", "Sigmoid"])
        #expect(try operators("decoder", model(decoder: decoder)) == ["Gemm", "Gemm", "Sigmoid"])
    }

    // MARK: Models

    @Test func aLabelComesInByItself() throws {
        let model = try model(condition: ConditionSpecification(levels: ["a", "b", "c"]))
        #expect(try shapes(graph("encoder", model), 11) == [#"inputs 1 ["batch", "32"]"#, #"label 7 ["batch"]"#])
        #expect(try operators("decoder", model) == ["OneHot", "Concat", "Gemm", "Sigmoid"])
    }

    @Test func aPlainAutoencoderHasNoSigma() throws {
        let graph = try graph("encoder", model(isDeterministic: true))
        #expect(shapes(graph, 12) == [#"mu 1 ["batch", "2"]"#])
    }

    @Test func aScoreIsWrittenWhereItHasAClosedForm() throws {
        let graph = try graph("score", model())
        #expect(shapes(graph, 11) == [#"inputs 1 ["batch", "32"]"#] && shapes(graph, 12) == [#"score 1 ["batch"]"#])
        let others = try [
            model(prior: .flow(couplings: 2, units: 4)), model(likelihood: .continuousBernoulli),
            model(condition: ConditionSpecification(levels: ["a", "b"])), model(isDeterministic: true),
        ]
        for other in others { #expect(try files(other).keys.sorted() == ["decoder.onnx", "encoder.onnx"]) }
    }

    @Test func refusesWhatHasNoOperators() throws {
        #expect(throws: ONNXError.table) {
            try ONNXExport.files(MixedTable.model(), name: "table", producer: "9")
        }
        let levels = HierarchySpecification(latentDimension: 2, top: [], posterior: [], prior: [])
        #expect(throws: ONNXError.twoLevels) {
            try ONNXExport.files(self.model(hierarchy: levels), name: "two", producer: "9")
        }
    }
}
