import Files
import Inference
import JSON
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// Layers in `model.json`, and a directory that PyTorch wrote.
@Suite struct LayerTextTests {
    private static let fixture =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/Fixtures/pytorch-convolutional"

    /// Every kind of layer, with the weights, the buffers and the answers of `make.py` there. Loading checks 1e-4.
    @Test func answersAsPyTorchDoes() throws {
        let stored = try StoredModel(directory: Self.fixture)
        let golden = try SafetensorsFile(bytes: FileSystem.read("\(Self.fixture)/golden.safetensors"))
        let answers = try GoldenAnswers(
            stored.model, input: Matrix(golden.float32("input").elements, rows: 5, columns: 126))
        for name in ["mu", "sigma", "reconstruction"] {
            let (got, expected) = (try #require(answers.floats[name]), try golden.float32(name))
            for (g, e) in zip(got.elements, expected.elements) {
                #expect(abs(g - e) < 1e-5 * max(1, abs(e)), "\(name)")
            }
        }
        for (g, e) in zip(answers.score.elements, try golden.float64("score").elements) {
            #expect(abs(g - e) < 1e-5 * abs(e))
        }
    }

    @Test func everyLayerSurvivesItsText() throws {
        let directory = try TemporaryDirectory()
        let stored = try StoredModel(directory: Self.fixture)
        let text = try stored.description.json()
        #expect(try ModelDescription(json: text) == stored.description)
        #expect(try ModelDescription(json: text).json() == text)
        // And the whole directory, whose golden answers hold when it is read again.
        let input = Matrix<Float>(rows: 2, columns: 126)
        input.fill(0.25)
        try stored.write(to: directory("again"), goldenInput: input, extra: [])
        let again = try StoredModel(directory: directory("again"))
        #expect(again.description == stored.description)
        #expect(again.model.network.parameters.vector.values == stored.model.network.parameters.vector.values)
    }

    private func read(_ layers: String, output: String = "{\"type\":\"dense\"}") throws -> NetworkDescription {
        let text = "{\"latent_dimension\":2,\"encoder\":[\(layers)],\"decoder\":[],\"output\":\(output)}"
        return try NetworkDescription(json: Array(text.utf8), file: "net.json")
    }

    @Test func whatIsNotSaidIsAsInPyTorch() throws {
        let network = try read(
            "{\"type\":\"conv2d\",\"channels\":3,\"kernel\":[3,2]},{\"type\":\"max_pool\",\"size\":2},"
                + "{\"type\":\"conv_transpose2d\",\"channels\":1,\"kernel\":2,\"stride\":2,\"activation\":\"relu\"}")
        let window = WindowSpecification(size: Extent(height: 3, width: 2))
        #expect(
            network.encoder == [
                .convolution(
                    ConvolutionSpecification(channels: 3, window: window, nonlinearity: .activation(.identity))),
                .pool(.largest, size: 2, stride: 2),
                .transposedConvolution(channels: 1, kernel: 2, stride: 2, activation: .relu),
            ])
    }

    @Test(arguments: [
        "{\"type\":\"conv3d\"}", "{\"type\":\"conv2d\",\"channels\":3}", "{\"type\":\"flatten\",\"units\":3}",
        "{\"type\":\"conv2d\",\"channels\":3,\"kernel\":[1,2,3]}",
        "{\"type\":\"conv2d\",\"channels\":3,\"kernel\":\"2\"}",
        "{\"type\":\"conv2d\",\"channels\":3,\"kernel\":2,\"output_padding\":1}",
        "{\"type\":\"reshape\",\"shape\":[4,4]}",
        "{\"type\":\"gated_conv2d\",\"channels\":3,\"kernel\":2,\"activation\":\"relu\"}",
        "{\"type\":\"conv2d\",\"channels\":1e30,\"kernel\":2}", "{\"type\":\"dropout\"}", "{\"type\":\"residual\"}",
        "{\"type\":\"batch_norm\",\"activation\":\"swish\"}", "3", "{\"type\":\"group_norm\",\"groups\":2.5}",
    ])
    func refusesWhatIsNoLayer(text: String) {
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        #expect(error?.description.contains("encoder[0]") == true, "\(error as Any)")
    }

    @Test func refusesOtherOutputsAndKeys() {
        #expect(throws: ModelStorageError.self) { try read("", output: "{\"type\":\"max_pool\",\"size\":1}") }
        #expect(throws: ModelStorageError.self) { try read("", output: "{\"type\":\"dense\",\"units\":3}") }
        #expect(throws: ModelStorageError.self) {
            try NetworkDescription(json: Array("{\"input\":[3],\"latent_dimension\":2}".utf8), file: "net.json")
        }
    }

    /// However deep the text, nothing follows it down.
    @Test(arguments: [9, 40, 400, 100_000])
    func refusesDeepNesting(depth: Int) {
        let open = String(repeating: "{\"type\":\"residual\",\"layers\":[", count: depth)
        let text = open + String(repeating: "]}", count: depth)
        #expect(throws: (any Error).self) {
            try read(text).architecture(inputDimension: 4, inputShape: nil, likelihood: .bernoulli)
        }
    }

    @Test func refusesANegativeVariance() throws {
        let stored = try StoredModel(directory: Self.fixture)
        var tensors = stored.model.network.parameters.tensors
        tensors["encoder.1.running_var"] = Tensor(fitting: [4], [1, 1, -0.5, 1])
        let layout = ParameterLayout(stored.description.architecture)
        #expect(throws: VAEError.negativeVariance(tensor: "encoder.1.running_var", index: 2)) {
            try Parameters<Float>(layout, tensors: tensors)
        }
        // A count of batches belongs to a batch normalisation; elsewhere it is a tensor too many.
        #expect(layout.isBatchCount("encoder.1.num_batches_tracked"))
        #expect(!layout.isBatchCount("encoder.0.num_batches_tracked"))
    }
}
