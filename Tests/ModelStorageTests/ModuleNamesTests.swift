import Files
import Kernels
import Tensors
import Testing
import VAE

@testable import ModelStorage

@Suite struct ModuleNamesTests {
    /// The names and shapes that a state dict of this architecture has, in the order of the layers.
    private func sources(_ architecture: String) throws -> [String] {
        let description = try PyTorchDescription(json: Array(architecture.utf8), file: "a.json")
        return ParameterLayout(description.architecture).entries
            .compactMap { entry in description.names.source(of: entry).map { "\($0.name) \($0.shape)" } }
    }

    private func text(encoder: String = "", decoder: String = "", more: String = "") -> String {
        """
        {"input": [2, 4, 4], "latent_dimension": 3, "encoder": [\(encoder)], "decoder": [\(decoder)],
         "heads": {"mean": "mu", "log_variance": "logvar"}\(more), "likelihood": {"type": "bernoulli"}}
        """
    }

    private static let heads = ["mu.weight [3, 32]", "mu.bias [3]", "logvar.weight [3, 32]", "logvar.bias [3]"]

    @Test func countsAsASequentialDoes() throws {
        let encoder = """
            {"type": "conv2d", "channels": 2, "kernel": 3, "padding": 1, "bias": false},
            {"type": "batch_norm", "activation": "relu"}, {"type": "dropout", "rate": 0.5},
            {"type": "conv2d", "channels": 2, "kernel": 3, "padding": 1, "activation": "relu"}, {"type": "flatten"},
            {"type": "dense", "units": 32, "activation": "identity"}, {"type": "activation", "activation": "tanh"},
            {"type": "layer_norm"}
            """
        let expected = [
            "encoder.0.weight [2, 2, 3, 3]", "encoder.1.weight [2]", "encoder.1.bias [2]", "encoder.1.running_mean [2]",
            "encoder.1.running_var [2]", "encoder.4.weight [2, 2, 3, 3]", "encoder.4.bias [2]",
            "encoder.7.weight [32, 32]", "encoder.7.bias [32]", "encoder.9.weight [32]", "encoder.9.bias [32]",
        ]
        let output = ["decoder.0.weight [32, 3]", "decoder.0.bias [32]"]
        #expect(try sources(text(encoder: encoder)) == expected + Self.heads + output)
    }

    @Test func namesStartCountingAnew() throws {
        let decoder = """
            {"type": "dense", "units": 4, "activation": "relu", "name": "fc"},
            {"type": "dense", "units": 32, "activation": "relu", "name": "up.3"},
            {"type": "reshape", "shape": [2, 4, 4]},
            {"type": "residual", "layers": [
              {"type": "conv2d", "channels": 2, "kernel": 1, "activation": "relu"},
              {"type": "gated_conv2d", "channels": 2, "kernel": 1}]},
            {"type": "residual", "name": "res", "layers": [{"type": "group_norm", "groups": 1, "name": "res.norm"}]}
            """
        let expected = [
            "net.fc.weight [4, 3]", "net.fc.bias [4]", "net.up.3.weight [32, 4]", "net.up.3.bias [32]",
            "net.up.6.0.weight [2, 2, 1, 1]", "net.up.6.0.bias [2]", "net.up.6.2.value.weight [2, 2, 1, 1]",
            "net.up.6.2.value.bias [2]", "net.up.6.2.gate.weight [2, 2, 1, 1]", "net.up.6.2.gate.bias [2]",
            "net.res.norm.weight [2]", "net.res.norm.bias [2]", "net.last.weight [32, 32]", "net.last.bias [32]",
        ]
        let more = #", "output": {"type": "dense", "name": "last"}, "prefix": "net""#
        let got = try sources(text(decoder: decoder, more: more))
        #expect(got == Self.heads.map { "net.\($0)" } + expected)
    }

    @Test func aLayerBehindANameWithoutNumberNeedsOne() {
        let first = #"{"type": "dense", "units": 4, "activation": "relu", "name": "fc1"}"#
        let second = #"{"type": "dense", "units": 4, "activation": "relu"}"#
        let cases: [(text: String, path: String, last: String)] = [
            (text(encoder: "\(first), \(second)"), "encoder[1]", "fc1"),
            (text(encoder: #"\#(first), {"type": "flatten"}, \#(second)"#), "encoder[2]", "fc1"),
            (text(decoder: first), "output", "fc1"),
            (text(decoder: first, more: #", "output": {"type": "dense"}"#), "output", "fc1"),
        ]
        for (text, path, last) in cases {
            let error = #expect(throws: ModelStorageError.self) { try sources(text) }
            #expect(
                error?.description(of: "a.json")
                    == "a.json: \(path) needs a 'name', its module's in PyTorch: nothing counts on from '\(last)'")
        }
    }

    @Test func aNumberTooLargeToCountOnFromEndsTheCounting() {
        let first = #"{"type": "dense", "units": 4, "activation": "relu", "name": "fc.9223372036854775807"}"#
        let error = #expect(throws: ModelStorageError.self) { try sources(text(decoder: first)) }
        #expect(error?.description.contains("nothing counts on from 'fc.9223372036854775807'") == true)
    }

    @Test func missingBiasesAreZero() throws {
        var dict = try StateDictFile.linear()
        dict.architecture = dict.architecture.replacing(#""name": "fc_out""#, with: #""name": "fc_out", "bias": false"#)
        #expect(dict.message().hasSuffix("extra: fc_out.bias, of shape [2]"))
        dict.tensors["fc_out.bias"] = nil
        #expect(try dict.imported().model.model.network.parameters["decoder.output.bias"].values == [0, 0])
    }

    @Test func notesAreForImportsOnly() {
        let text = #"{"latent_dimension": 1, "encoder": [{"type": "flatten", "name": "a"}], "decoder": []}"#
        #expect(throws: ModelStorageError.self) { try NetworkDescription(json: Array(text.utf8), file: "n.json") }
    }

    /// Parameters as PyTorch counts them.
    @Test(arguments: [("tabular", 8942), ("images", 1_091_920), ("convolutional", 1_700_609)])
    func theExamplesAreArchitectures(name: String, parameters: Int) throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let bytes = try FileSystem.read("\(root)/models/examples/pytorch/\(name).json")
        let description = try PyTorchDescription(json: bytes, file: name)
        #expect(ParameterLayout(description.architecture).count == parameters)
    }
}
