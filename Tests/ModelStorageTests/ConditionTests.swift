import Files
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// Models that are told a label, on disk.
@Suite struct ConditionTests {
    private static func model() throws -> StoredModel {
        var description = try SampleModel.description()
        description.architecture = try Architecture(
            inputDimension: 3, latentDimension: 2, encoder: description.architecture.encoder,
            decoder: description.architecture.decoder, likelihood: .bernoulli,
            condition: ConditionSpecification(levels: ["T-shirt", "\"x\"", "9"]))
        description.schema = nil
        return try SampleModel.make(description)
    }

    private static let golden = Matrix<Float>([0, 1, 0, 2, 1, 1, 0, 0], rows: 2, columns: 4)

    @Test func comesBackAsItWas() throws {
        let (directory, model) = (try TemporaryDirectory(), try Self.model())
        try model.write(to: directory("m"), goldenInput: Self.golden, extra: [])
        let loaded = try StoredModel(directory: directory("m"))
        #expect(loaded.description == model.description)
        #expect(loaded.model.condition?.levels == ["T-shirt", "\"x\"", "9"])
        let again = try ModelDescription(json: try model.description.json())
        #expect(again.architecture == model.description.architecture)
    }

    /// A place that is none must not be used as one.
    @Test(arguments: [Float(3), -1, 0.5, .nan])
    func refusesGoldenRowsWithoutLevel(place: Float) throws {
        let (directory, model) = (try TemporaryDirectory(), try Self.model())
        try model.write(to: directory("m"), goldenInput: Self.golden, extra: [])
        let path = directory("m/golden.safetensors")
        let file = try SafetensorsFile(bytes: FileSystem.read(path))
        var tensors: [String: SafetensorsValue] = ["score": .float64(try file.float64("score"))]
        for name in ["mu", "sigma", "reconstruction"] { tensors[name] = .float32(try file.float32(name)) }
        tensors["input"] = .float32(Tensor(fitting: [2, 4], [0, 1, 0, 2, 1, 1, 0, place]))
        try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors), to: path)
        let error = #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("m")) }
        guard case .noLevel(file: "golden.safetensors", tensor: "input", row: 1, got: _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        arguments: [
            (#"{"levels": ["a"]}"#, "the condition is of no use: 1 levels; expected 2 to 1000"),
            (#"{"levels": ["a", "a"]}"#, "the condition is of no use: two levels are named 'a'"),
            (#"{"levels": ["a", 1]}"#, "string"), (#"{"level": ["a", "b"]}"#, "unknown key 'level'"),
            (#"{}"#, "levels"),
        ])
    func refusesABadCondition(text: String, message: String) throws {
        let json = """
            {"format": 1, "architecture": {"input": [2], "latent_dimension": 2, "encoder": [], "decoder": [], \
            "condition": \(text), "likelihood": {"type": "bernoulli"}}}
            """
        let error = #expect(throws: ModelStorageError.self) { try ModelDescription(json: Array(json.utf8)) }
        #expect("\(String(describing: error))".contains(message), "\(String(describing: error))")
    }

    @Test func unconditionalModelsHaveNoKey() throws {
        #expect(!String(decoding: try SampleModel.description().json(), as: UTF8.self).contains("condition"))
    }
}
