import Calibration
import Files
import Inference
import Kernels
import ModelStorage
import TestSupport
import Testing
import VAE

@testable import Training

/// How images are ranked after training.
@Suite struct ImageCalibrationTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// 5 × 6 pixels: a bar in one of the columns, and noise; black and white, or with greys.
    private static func image(_ number: Int, seed: UInt64, grey: Bool) -> [UInt8] {
        let uniforms = NoiseStream(seed: seed, purpose: .sample, index: UInt32(number)).uniforms(31)
        let bar = Int(uniforms[30] * 6)
        return (0..<30).map { place in
            let share = place % 6 == bar ? 0.9 : 0.1
            if grey { return UInt8(255 * (0.8 * share + 0.2 * uniforms[place])) }
            return uniforms[place] < share ? 255 : 0
        }
    }

    private func write(_ images: [[UInt8]], _ name: String) throws {
        let count = images.count
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, UInt8(count >> 8), UInt8(count & 255), 0, 0, 0, 5, 0, 0, 0, 6]
        try FileSystem.write(header + images.flatMap { $0 }, to: directory(name))
    }

    private func train(_ name: String, _ change: (inout TrainingRun.Plan) -> Void) throws -> StoredModel {
        var plan = TrainingRun.Plan(dataPath: directory(name), output: directory("model"))
        (plan.network.hidden, plan.network.latentDimension, plan.epochs) = ([8], 2, 2)
        change(&plan)
        return try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
    }

    private static func scores(_ model: TrainedModel, _ x: Matrix<Float>, _ ranking: Ranking) throws -> [Double] {
        var settings = ScoreSettings(model)
        settings.ranking = ranking
        let output = InferenceOutput(.score(settings), rows: x.rows, model: model)
        try OperationRunner(model).run(.score(settings), x, positions: Array(0..<x.rows), into: output)
        guard case .scores(let scores) = output else { preconditionFailure("a score gives scores") }
        return (0..<x.rows).map { scores[$0].anomalyScore }
    }

    /// The standard error and what is allowed are those of the tables' test: √(0.05 · 0.95 (1/3,850 + 1/6,000)), four of them.
    @Test(arguments: [false, true], [1, 2] as [UInt64])
    func oneInTwentyNormalRowsHasAPValueOfAtMostOneInTwenty(grey: Bool, seed: UInt64) throws {
        let images = (0..<13_000).map { Self.image($0, seed: seed, grey: grey) }
        try write(Array(images.prefix(7_000)), "train")
        let model = try train("train") { $0.calibrationShare = 0.55 }.model
        let held = Matrix(images.dropFirst(7_000).flatMap { $0 }.map { Float($0) / 255 }, rows: 6_000, columns: 30)
        let ranking = try #require(model.ranking)
        for part in ranking.known {
            let distribution = ranking.distribution(part)
            let pValues = try Self.scores(model, held, part).map { distribution.pValue($0) }
            let share = Double(pValues.count { $0 <= 0.05 }) / 6_000
            #expect(abs(share - 0.05) <= 4 * 0.0046, "\(part) \(share)")
            #expect(distribution.count == 3_850)
        }
    }

    @Test func theReferenceSurvivesItsFile() throws {
        try write((0..<600).map { Self.image($0, seed: 3, grey: true) }, "train")
        let model = try train("train") { _ in }.model
        let loaded = try StoredModel(directory: directory("model")).model
        guard case .vectors(let a) = try #require(model.ranking).reference,
            case .vectors(let b) = try #require(loaded.ranking).reference
        else { return #expect(Bool(false), "no vectors'") }
        #expect(a.medianScore == b.medianScore && a.calibrationParts.values == b.calibrationParts.values)
        #expect(a.calibrationParts.rows == 50)
    }

    @Test func nothingIsCalibratedWhereNothingIsKept() throws {
        try write((0..<100).map { Self.image($0, seed: 3, grey: false) }, "train")
        #expect(try train("train") { $0.calibrationShare = 0 }.model.ranking == nil)
        #expect(!FileSystem.exists(directory("model/calibration.safetensors")))
    }

    /// A fifth of the validation rows calibrates; the rows that are fitted stay those that they were.
    @Test(arguments: [0.1, 0.2, 1.0 / 6]) func calibrationTakesFromValidation(share: Double) {
        var options = TrainingOptions()
        options.validationShare = share
        let before = BatchOrder.split(rows: 60_000, validationShare: share, calibrationShare: 0, seed: 4)
        options.splitValidation(calibration: nil)
        let after = BatchOrder.split(
            rows: 60_000, validationShare: options.validationShare, calibrationShare: options.calibrationShare, seed: 4)
        #expect(after.training == before.training)
        #expect((after.validation + after.calibration).sorted() == before.validation)
        #expect(after.calibration.count * 5 == before.validation.count)
    }
}
