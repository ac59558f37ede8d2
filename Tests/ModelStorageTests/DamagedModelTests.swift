import Files
import JSON
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// A good directory, damaged in one place at a time.
@Suite struct DamagedModelTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try SampleModel.write(to: directory)
    }

    private func path(_ file: String) -> String { "\(directory("model"))/\(file)" }

    /// Loads, expects an error of the kind, and that it says something.
    private func expectError(_ comment: String = "", _ isExpected: (ModelStorageError) -> Bool) {
        let error = #expect(throws: ModelStorageError.self, "\(comment)") {
            try StoredModel(directory: directory("model"))
        }
        #expect(error.map(isExpected) == true, "\(comment) \(error as Any)")
        #expect(error?.description.isEmpty == false)
    }

    // MARK: Files

    @Test(arguments: ["model.json", "weights.safetensors", "golden.safetensors"])
    func refusesAMissingFile(file: String) throws {
        try FileSystem.removeFile(path(file))
        let path = path(file)
        expectError { error in
            if case .file(.refused(operation: .open, path: path, code: 2)) = error { true } else { false }
        }
    }

    @Test(arguments: ["weights.safetensors", "golden.safetensors"])
    func refusesEveryTruncation(file: String) throws {
        let bytes = try FileSystem.read(path(file))
        for count in stride(from: 0, to: bytes.count, by: 97) {
            try FileSystem.write(Array(bytes[..<count]), to: path(file))
            expectError("\(count)") { error in
                if case .tensors(file: file, _) = error { true } else { false }
            }
        }
        try FileSystem.write(Array(bytes.dropLast()), to: path(file))
        expectError { error in
            if case .tensors(file: file, .dataTooShort) = error { true } else { false }
        }
    }

    @Test func refusesEveryTruncationOfTheDescription() throws {
        let bytes = try FileSystem.read(path("model.json"))
        // The last byte is a line break, which JSON can do without.
        for count in stride(from: 0, to: bytes.count - 1, by: 13) {
            try FileSystem.write(Array(bytes[..<count]), to: path("model.json"))
            expectError("\(count)") { error in
                if case .json(file: "model.json", _) = error { true } else { false }
            }
        }
    }

    // MARK: Weights

    private func rewriteWeights(_ change: (inout [String: Tensor<Float>]) -> Void) throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(path("weights.safetensors")))
        var tensors = try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.float32($0)) })
        change(&tensors)
        let bytes = SafetensorsWriter.bytes(tensors: tensors.mapValues { .float32($0) })
        try FileSystem.write(bytes, to: path("weights.safetensors"))
    }

    private static func changing(_ tensor: Tensor<Float>?, _ index: Int, _ change: (Float) -> Float) -> Tensor<Float> {
        guard let tensor else { return Tensor(fitting: [0], []) }
        var elements = tensor.elements
        elements[index] = change(elements[index])
        return Tensor(fitting: tensor.shape, elements)
    }

    @Test func rewritingWithoutChangeIsNoDamage() throws {
        try rewriteWeights { _ in }
        #expect(throws: Never.self) { try StoredModel(directory: directory("model")) }
    }

    /// A high bit of the fraction and one of the exponent, in every tensor that the answers depend on.
    @Test(arguments: [22, 27] as [UInt32])
    func refusesAFlippedBit(bit: UInt32) throws {
        let original = try FileSystem.read(path("weights.safetensors"))
        for (name, tensor) in try SampleModel.make().model.network.parameters.tensors {
            try FileSystem.write(original, to: path("weights.safetensors"))
            try rewriteWeights { tensors in
                // Of the largest weight. Biases start at 0, where such a bit makes a number too small to show; they become 1.
                let index = tensor.elements.indices.max { abs(tensor.elements[$0]) < abs(tensor.elements[$1]) } ?? 0
                tensors[name] = Self.changing(tensor, index) { weight in
                    weight == 0 ? 1 : Float(bitPattern: weight.bitPattern ^ 1 << bit)
                }
            }
            expectError(name) { error in
                switch error {
                case .goldenMismatch, .badGolden: true
                default: false
                }
            }
        }
    }

    @Test func aMismatchNamesTheNumber() throws {
        try rewriteWeights { $0["encoder.mean.bias"] = Self.changing($0["encoder.mean.bias"], 1) { $0 + 1 } }
        expectError { error in
            guard case .goldenMismatch(tensor: "mu", row: 0, column: 1, let expected, let got) = error else {
                return false
            }
            return abs(got - expected - 1) < 1e-5
        }
    }

    @Test(arguments: [Float.nan, .infinity])
    func refusesAWeightThatIsNotFinite(value: Float) throws {
        try rewriteWeights { $0["decoder.0.weight"] = Self.changing($0["decoder.0.weight"], 3) { _ in value } }
        expectError { error in
            if case .model(.notFinite(tensor: "decoder.0.weight", index: 3)) = error { true } else { false }
        }
    }

    @Test func refusesTensorsThatAreNotTheArchitectures() throws {
        try rewriteWeights { $0["extra"] = Tensor(fitting: [1], [0]) }
        expectError { if case .model(.unexpectedTensor("extra")) = $0 { true } else { false } }
        try rewriteWeights { tensors in
            tensors["extra"] = nil
            tensors["decoder.0.weight"] = Tensor(fitting: [2, 4], Array(repeating: 0, count: 8))
        }
        let shape = VAEError.tensorShape(name: "decoder.0.weight", expected: [4, 2], got: [2, 4])
        expectError { if case .model(shape) = $0 { true } else { false } }
        try rewriteWeights { $0["decoder.0.weight"] = nil }
        expectError { if case .model(.missingTensor("decoder.0.weight")) = $0 { true } else { false } }
    }

    @Test func refusesWeightsOfIntegers() throws {
        let bytes = SafetensorsWriter.bytes(tensors: ["encoder.mean.bias": .int64(Tensor(fitting: [1], [1]))])
        try FileSystem.write(bytes, to: path("weights.safetensors"))
        expectError { error in
            if case .tensors(file: "weights.safetensors", .wrongType(name: "encoder.mean.bias", _, _)) = error {
                true
            } else {
                false
            }
        }
    }

    // MARK: Golden answers

    private func rewriteGolden(_ change: (inout [String: SafetensorsValue]) -> Void) throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(path("golden.safetensors")))
        var tensors: [String: SafetensorsValue] = ["score": .float64(try file.float64("score"))]
        for name in ["input", "mu", "sigma", "reconstruction"] { tensors[name] = .float32(try file.float32(name)) }
        change(&tensors)
        try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors), to: path("golden.safetensors"))
    }

    @Test(arguments: ["input", "mu", "sigma", "reconstruction", "score"])
    func refusesGoldenAnswersThatLackOne(name: String) throws {
        try rewriteGolden { $0[name] = nil }
        expectError { error in
            if case .tensors(file: "golden.safetensors", .missing(name: name, _)) = error { true } else { false }
        }
    }

    @Test func refusesGoldenAnswersOfAnotherShape() throws {
        try rewriteGolden { $0["mu"] = .float32(Tensor(fitting: [1, 2], [0, 0])) }
        expectError { error in
            if case .goldenShape(tensor: "mu", expected: [2, 2], got: [1, 2]) = error { true } else { false }
        }
        try rewriteGolden { $0["input"] = .float32(Tensor(fitting: [3], [0, 0, 0])) }
        expectError { error in
            if case .goldenShape(tensor: "input", expected: [1, 3], got: [3]) = error { true } else { false }
        }
        try rewriteGolden { $0["input"] = .float32(Tensor(fitting: [0, 3], [])) }
        expectError { error in
            if case .goldenShape(tensor: "input", expected: [1, 3], got: [0, 3]) = error { true } else { false }
        }
    }

    @Test func refusesAnotherScoreAndScoresThatAreNoNumber() throws {
        let score = try SafetensorsFile(bytes: FileSystem.read(path("golden.safetensors"))).float64("score").elements
        for other in [score[1] * 1.001 + 0.001, .nan] {
            try rewriteGolden { $0["score"] = .float64(Tensor(fitting: [2], [score[0], other])) }
            expectError { error in
                if case .goldenMismatch(tensor: "score", row: 1, column: 0, _, score[1]) = error { true } else { false }
            }
        }
    }

    @Test func refusesGoldenInputOutsideTheSupport() throws {
        try SampleModel.plain().write(to: directory("model"), goldenInput: SampleModel.golden, extra: [])
        try rewriteGolden { $0["input"] = .float32(Tensor(fitting: [1, 3], [0, .infinity, 0])) }
        expectError { error in
            if case .badGolden(.outsideSupport(row: 0, column: 1, _, _)) = error { true } else { false }
        }
    }
}
