import Files
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// `calibration.safetensors` of a model of plain vectors, whole and damaged.
@Suite struct VectorReferenceFileTests {
    private static let reference = VectorReference(
        medianScore: 8, calibrationParts: Matrix((0..<30).map { Double($0) / 7 }, rows: 10, columns: 3))
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        var description = try SampleModel.plain().description
        description.calibrationDigest = nil
        let parameters = Parameters<Float>(ParameterLayout(description.architecture), seed: 3)
        let model = try StoredModel(name: "m", description, parameters, reference: .vectors(Self.reference))
        try model.write(to: directory("model"), goldenInput: SampleModel.golden, extra: [])
    }

    private var path: String { "\(directory("model"))/\(ReferenceFile.name)" }

    private func forgetDigest() throws {
        let path = directory("model/model.json")
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.contains("calibration_sha256") }
        let json = lines.joined(separator: "\n").replacing("\"samples\": 6,", with: "\"samples\": 6")
        try FileSystem.write(Array(json.utf8), to: path)
    }

    private func rewrite(_ median: Tensor<Double>, _ parts: Tensor<Double>) throws {
        let tensors = ["median_score": SafetensorsValue.float64(median), "calibration_parts": .float64(parts)]
        try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors), to: path)
    }

    private func numbers(_ shape: [Int], _ value: Double = 0.5) -> Tensor<Double> {
        Tensor(fitting: shape, Array(repeating: value, count: shape.reduce(1, *)))
    }

    @Test func survivesTheFile() throws {
        let loaded = try #require(try StoredModel(directory: directory("model")).model.ranking)
        #expect(ReferenceFile.bytes(loaded.reference) == ReferenceFile.bytes(.vectors(Self.reference)))
        #expect(loaded.usual == .elbo && loaded.distribution(.complexity).count == 10)
    }

    @Test func refusesAnotherThanTheOneNamed() throws {
        try rewrite(numbers([1]), numbers([4, 3]))
        let error = #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
        guard case .referenceDamaged = error else { return #expect(Bool(false), "\(error as Any)") }
        try FileSystem.removeFile(path)
        #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
        try forgetDigest()
        #expect(try StoredModel(directory: directory("model")).model.ranking == nil)
    }

    @Test func refusesEveryTruncation() throws {
        try forgetDigest()
        let bytes = try FileSystem.read(path)
        for count in stride(from: 0, to: bytes.count, by: 17) {
            try FileSystem.write(Array(bytes[..<count]), to: path)
            #expect(throws: ModelStorageError.self, "\(count)") { try StoredModel(directory: directory("model")) }
        }
    }

    @Test(arguments: [[1], [2], [0], [1, 1]], [[4, 3], [0, 3], [3], [4, 2], [4, 6]])
    func refusesOtherShapes(median: [Int], parts: [Int]) throws {
        try forgetDigest()
        try rewrite(numbers(median), numbers(parts))
        if median == [1], parts == [4, 3] {
            #expect(try StoredModel(directory: directory("model")).model.ranking != nil)
        } else {
            let error = #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
            guard case .referenceShape = error else { return #expect(Bool(false), "\(error as Any)") }
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func refusesNumbersThatAreNone(value: Double) throws {
        try forgetDigest()
        for (median, parts) in [(value, 0.5), (0.5, value)] {
            try rewrite(numbers([1], median), numbers([4, 3], parts))
            let error = #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
            guard case .referenceNotFinite = error else { return #expect(Bool(false), "\(error as Any)") }
        }
    }

    /// A table's calibration in the folder of vectors, or the other way round, is none.
    @Test func refusesATables() throws {
        try forgetDigest()
        try FileSystem.write(ReferenceFile.bytes(MixedTable.reference()), to: path)
        #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
    }
}
