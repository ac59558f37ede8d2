import Files
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// `calibration.safetensors`, whole and damaged.
@Suite struct ReferenceFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let description = ModelDescription(
            version: "1", architecture: try MixedTable.architecture(), inputShape: [MixedTable.schema.width],
            schema: MixedTable.schema, scoreSeed: 3, scoreSamples: 4,
            provenance: Provenance(command: "", data: [], seed: 0, metrics: []))
        let parameters = Parameters<Float>(ParameterLayout(description.architecture), seed: 3)
        let model = try StoredModel(name: "m", description, parameters, reference: MixedTable.reference())
        try model.write(to: directory("model"), goldenInput: MixedTable.codedRows(3), extra: [])
    }

    /// Lets a file pass that is another than the one that was written, so that what is in it is looked at.
    private func forgetDigest() throws {
        let path = directory("model/model.json")
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.contains("calibration_sha256") }
        let json = lines.joined(separator: "\n").replacing("\"samples\": 4,", with: "\"samples\": 4")
        try FileSystem.write(Array(json.utf8), to: path)
    }

    private var path: String { "\(directory("model"))/\(ReferenceFile.name)" }

    private func expectError(_ comment: String, _ isExpected: (ModelStorageError) -> Bool) {
        let error = #expect(throws: ModelStorageError.self, "\(comment)") {
            try StoredModel(directory: directory("model"))
        }
        #expect(error.map(isExpected) == true, "\(comment) \(error as Any)")
        #expect(error?.description.contains("calibration.safetensors") == true)
    }

    private func rewrite(_ change: (inout [String: SafetensorsValue]) -> Void) throws {
        let reference = MixedTable.reference()
        let file = try SafetensorsFile(bytes: ReferenceFile.bytes(reference))
        var tensors: [String: SafetensorsValue] = ["neighbours": .float32(try file.float32("neighbours"))]
        for name in ["cells", "median_score", "scale_parts", "calibration_parts"] {
            tensors[name] = .float64(try file.float64(name))
        }
        change(&tensors)
        try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors), to: path)
    }

    @Test func survivesTheFile() throws {
        let loaded = try #require(try StoredModel(directory: directory("model")).model.ranking).reference
        #expect(ReferenceFile.bytes(loaded) == ReferenceFile.bytes(MixedTable.reference()))
        try forgetDigest()
        try rewrite { _ in }
        #expect(throws: Never.self) { try StoredModel(directory: directory("model")) }
    }

    @Test func aModelMayHaveNone() throws {
        try forgetDigest()
        try FileSystem.removeFile(path)
        #expect(try StoredModel(directory: directory("model")).model.ranking == nil)
    }

    /// A calibration of another model, or one bit of it turned, is noticed though it looks like one.
    @Test func refusesAnotherThanTheOneNamed() throws {
        var bytes = try FileSystem.read(path)
        bytes[bytes.count - 3] ^= 4
        try FileSystem.write(bytes, to: path)
        expectError("one bit") { if case .referenceDamaged = $0 { true } else { false } }
        try FileSystem.removeFile(path)
        #expect(throws: ModelStorageError.self) { try StoredModel(directory: directory("model")) }
    }

    @Test func refusesEveryTruncation() throws {
        try forgetDigest()
        let bytes = try FileSystem.read(path)
        for count in stride(from: 0, to: bytes.count, by: 211) {
            try FileSystem.write(Array(bytes[..<count]), to: path)
            expectError("\(count)") { if case .tensors(file: ReferenceFile.name, _) = $0 { true } else { false } }
        }
    }

    @Test(arguments: ["neighbours", "cells", "median_score", "scale_parts", "calibration_parts"])
    func refusesAFileThatLacksATensor(name: String) throws {
        try forgetDigest()
        try rewrite { $0[name] = nil }
        expectError(name) { error in
            if case .tensors(file: ReferenceFile.name, .missing(name: name, _)) = error { true } else { false }
        }
        try rewrite { $0[name] = .int64(Tensor(fitting: [1], [1])) }
        expectError(name) { if case .tensors(file: ReferenceFile.name, .wrongType) = $0 { true } else { false } }
    }

    @Test func refusesOtherShapes() throws {
        try forgetDigest()
        let (width, parts) = (MixedTable.schema.width, Ranking.parts.count)
        let shapes: [(String, [Int])] = [
            ("cells", [2, width]), ("cells", [1, width + 1]), ("cells", [3, width + 1]), ("cells", [2 * (width + 1)]),
            ("median_score", [2]), ("median_score", [0]), ("scale_parts", [4, parts - 1]), ("scale_parts", [0, parts]),
            ("calibration_parts", [0, parts]), ("calibration_parts", [parts]), ("calibration_parts", [2, parts + 1]),
        ]
        for (name, shape) in shapes {
            let zeros = Array(repeating: 0.5, count: shape.reduce(1, *))
            try rewrite { $0[name] = .float64(Tensor(fitting: shape, zeros)) }
            expectError("\(name) \(shape)") { error in
                if case .referenceShape(tensor: name, _, got: shape) = error { true } else { false }
            }
        }
        for shape in [[4, width + 1], [0, width], [width]] {
            let zeros = Array(repeating: Float(0), count: shape.reduce(1, *))
            try rewrite { $0["neighbours"] = .float32(Tensor(fitting: shape, zeros)) }
            expectError("\(shape)") { error in
                if case .referenceShape(tensor: "neighbours", _, got: shape) = error { true } else { false }
            }
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func refusesNumbersThatAreNone(value: Double) throws {
        try forgetDigest()
        for name in ["cells", "median_score", "scale_parts", "calibration_parts"] {
            try rewrite { tensors in
                guard case .float64(let tensor)? = tensors[name] else { return }
                var elements = tensor.elements
                elements[elements.count - 1] = value
                tensors[name] = .float64(Tensor(fitting: tensor.shape, elements))
            }
            expectError(name) { if case .referenceNotFinite(tensor: name, _, _) = $0 { true } else { false } }
        }
    }

    /// NaN is an empty cell; an infinite code is none.
    @Test func refusesInfiniteNeighbours() throws {
        try forgetDigest()
        for place in [0, 8, 12] {
            try rewrite { tensors in
                guard case .float32(let tensor)? = tensors["neighbours"] else { return }
                var elements = tensor.elements
                elements[MixedTable.schema.width + place] = .infinity
                tensors["neighbours"] = .float32(Tensor(fitting: tensor.shape, elements))
            }
            expectError("\(place)") { error in
                if case .referenceNotFinite(tensor: "neighbours", row: 1, column: place) = error { true } else { false }
            }
        }
    }
}
