import Files
import Inference
import JSON
import Kernels
import Records
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

@Suite struct StoredModelTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try SampleModel.write(to: directory)
    }

    // MARK: Round trips

    @Test func loadsWhatWasWritten() throws {
        let (original, loaded) = (try SampleModel.make(), try StoredModel(directory: directory("model")))
        #expect(loaded.name == "model")
        #expect(loaded.description == original.description)
        #expect(loaded.model.network.parameters.vector.values == original.model.network.parameters.vector.values)
        #expect(loaded.model.schema == original.model.schema && loaded.model.ranking == nil)
        #expect(loaded.model.scoreSeed == .max && loaded.model.scoreSamples == 6)
        #expect(try Self.answers(loaded.model) == Self.answers(original.model))
    }

    private static func answers(_ model: TrainedModel) throws -> [[Float]] {
        let runner = OperationRunner(model)
        return try [.encode(drawSeed: 3), .reconstruct].map { (operation: Operation) in
            let output = InferenceOutput(operation, rows: 2, model: model)
            let input = Matrix(SampleModel.golden.values, rows: 2, columns: 3)
            try runner.run(operation, input, positions: [0, 1], into: output)
            return switch output {
            case .codes(let mean, let sigma, let draw): mean.values + sigma.values + (draw?.values ?? [])
            case .repairs(let repairs): repairs.expected.values + repairs.surprise.values.map { Float($0) }
            default: []
            }
        }
    }

    @Test func writesTheSameBytesAgain() throws {
        let first = try directory.files("model")
        #expect(first.keys.sorted() == ["golden.safetensors", "model.json", "note.txt", "weights.safetensors"])
        try SampleModel.write(to: directory, "again")
        #expect(try directory.files("again") == first)
        // What was loaded writes them too, over itself.
        let loaded = try StoredModel(directory: directory("again"))
        try loaded.write(
            to: directory("again"), goldenInput: SampleModel.golden, extra: [("note.txt", Array("hello".utf8))])
        #expect(try directory.files("again") == first)
        #expect(try FileSystem.list(directory.path) == ["again", "model"])
    }

    @Test func keepsColumnsOfAnyScaleThatDoublePrecisionHas() throws {
        var description = try SampleModel.description()
        description.schema = try Schema([
            SampleModel.column("charge", offset: 1.6e-19, scale: 1e-20),
            SampleModel.column("mass", offset: 2e300, scale: 1e299), SampleModel.column("one", offset: 0, scale: 1),
        ])
        let model = try SampleModel.make(description)
        try model.write(to: directory("wide"), goldenInput: SampleModel.golden, extra: [])
        #expect(try StoredModel(directory: directory("wide")).description == description)
    }

    @Test(arguments: [
        LikelihoodSpecification.bernoulli, .continuousBernoulli, .gaussian(.fixed(0.3)),
        .gaussian(.learned(floor: 0.01)),
        .gaussian(.shared(floor: 0.02)), .discretizedLogistic(.learned(floor: 0.01)),
        .discretizedLogistic(.perRecord(floor: 0.5)),
    ])
    func descriptionsSurviveTheirText(likelihood: LikelihoodSpecification) throws {
        for activation in Activation.allCases {
            var description = try SampleModel.description()
            description.architecture = try Architecture(
                inputDimension: 6, inputShape: [2, 3], latentDimension: 1, encoder: [],
                decoder: [.gatedDense(units: 2), .dense(units: 3, activation: activation)], likelihood: likelihood)
            (description.inputShape, description.schema) = ([2, 3], nil)
            let text = try description.json()
            #expect(try ModelDescription(json: text) == description)
            #expect(try ModelDescription(json: text).json() == text)
        }
    }

    @Test func nameIsTheLastPartOfThePath() {
        #expect(StoredModel.name(of: "a/b/digits/") == "digits")
        #expect(StoredModel.name(of: "digits") == "digits")
        #expect(StoredModel.name(of: "/") == "model")
    }

    // MARK: Failures of writing

    /// What is in the directory must be the old model, whole, and nothing may lie beside it.
    private func expectUntouched(_ body: () throws -> Void, _ isExpected: (ModelStorageError) -> Bool) throws {
        let before = try directory.files("model")
        let error = #expect(throws: ModelStorageError.self) { try body() }
        #expect(error.map(isExpected) == true, "\(error as Any)")
        #expect(try directory.files("model") == before)
        #expect(try FileSystem.list(directory.path) == ["model"])
        #expect(throws: Never.self) { try StoredModel(directory: directory("model")) }
    }

    @Test func aFailedWriteLeavesTheOldDirectory() throws {
        let model = try SampleModel.make(seed: 4)
        try expectUntouched {
            let twice: [(name: String, bytes: [UInt8])] = [("note.txt", []), ("model.json", [])]
            try model.write(to: directory("model"), goldenInput: SampleModel.golden, extra: twice)
        } _: { error in
            if case .file(.duplicateName(name: "model.json", _)) = error { true } else { false }
        }
        try expectUntouched {
            // The writing itself fails, in the middle: no file may have a name of so many bytes.
            let long = String(repeating: "x", count: 300)
            try model.write(to: directory("model"), goldenInput: SampleModel.golden, extra: [(long, [])])
        } _: { error in
            if case .file(.refused(operation: .create, _, _)) = error { true } else { false }
        }
        try expectUntouched {
            try SampleModel.plain().write(to: directory("model"), goldenInput: Matrix([.nan, 0, 0]), extra: [])
        } _: { error in
            if case .badGolden(.outsideSupport(row: 0, column: 0, _, _)) = error { true } else { false }
        }
        var description = try SampleModel.description()
        description.provenance.metrics = [("validation_elbo", .nan)]
        let unwritable = try SampleModel.make(description)
        try expectUntouched {
            try unwritable.write(to: directory("model"), goldenInput: SampleModel.golden, extra: [])
        } _: { error in
            if case .json(file: "model.json", .notFinite) = error { true } else { false }
        }
    }
}
