import Files
import Inference
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

/// Models whose weights are kept in fewer bits than they are stored in.
@Suite struct PrecisionTests {
    private let directory: TemporaryDirectory
    private let reduced: StoredModel
    private let full: StoredModel

    init() throws {
        directory = try TemporaryDirectory()
        try SampleModel.write(to: directory)
        let place = ModelPlace(name: "model", directory: directory("model"))
        (full, reduced) = (try StoredModel(place), try StoredModel(place, .bf16))
    }

    private static func answers(
        _ model: TrainedModel, _ input: Matrix<Float> = SampleModel.golden
    ) throws -> (floats: [String: [Float]], score: [Double]) {
        let answers = try GoldenAnswers.answers(model, input, ScoreSettings(model))
        return (answers.floats.mapValues(\.elements), answers.score.elements)
    }

    /// It answers as a model whose weights were rounded before: nothing else of it is changed.
    @Test func answersAreThoseOfRoundedWeights() throws {
        let parameters = try Parameters<Float>(
            full.model.network.parameters.layout, tensors: full.model.network.parameters.tensors)
        for entry in parameters.layout.entries where entry.name.hasSuffix(".weight") && entry.shape.count == 2 {
            let weight = parameters.matrix(entry)
            weight.assign(weight.values.map(Naive<Float>.bfloat16))
        }
        let rounded = try StoredModel(name: "model", full.description, parameters).model
        let (got, expected) = (try Self.answers(reduced.model), try Self.answers(rounded))
        #expect(got.floats == expected.floats && got.score == expected.score)
        #expect(got.floats != (try Self.answers(full.model).floats))
        #expect(reduced.precision == .bf16 && full.precision == .float32)
    }

    @Test func aRowAloneHasTheBitsOfTheBatch() throws {
        let batch = try Self.answers(reduced.model)
        for row in 0..<2 {
            let alone = try Self.answers(reduced.model, SampleModel.golden.rows(row..<row + 1))
            #expect(alone.floats["mu"] == batch.floats["mu"].map { Array($0[2 * row..<2 * row + 2]) })
        }
    }

    @Test func saysWhatItCosts() throws {
        let (few, all) = (try Self.answers(reduced.model).score, try Self.answers(full.model).score)
        let differences = zip(few, all).map { abs($0 - $1) }
        let deviation = try #require(reduced.deviation)
        #expect(deviation.rows == 2 && deviation.largest == max(differences[0], differences[1]))
        #expect(deviation.mean == (differences[0] + differences[1]) / 2 && deviation.mean > 0)
        #expect(full.deviation == nil)
    }

    /// The golden answers would refuse the weights that are used, were they not checked before.
    @Test func provesItselfInFullPrecision() throws {
        let golden = try GoldenAnswers(SafetensorsFile(bytes: FileSystem.read(directory("model/golden.safetensors"))))
        #expect(throws: ModelStorageError.self) { try golden.check(reduced.model) }
        #expect(throws: Never.self) { try golden.check(full.model) }
    }

    @Test func keepsTheParametersThemselves() {
        let (few, all) = (reduced.model.network.parameters, full.model.network.parameters)
        #expect(few.vector.values == all.vector.values)
    }
}
