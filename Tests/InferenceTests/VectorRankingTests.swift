import Kernels
import Testing
import VAE

@testable import Inference

/// How plain vectors are ranked. Serialised, since the instruction set is chosen for the whole process.
@Suite(.serialized) struct VectorRankingTests {
    private static func model(_ likelihood: LikelihoodSpecification) throws -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 12, latentDimension: 2, encoder: [.dense(units: 6, activation: .tanh)],
            decoder: [.gatedDense(units: 6)], likelihood: likelihood)
        let parts = (0..<40).flatMap { [Double($0) / 20, Double($0), Double($0 % 9)] }
        return try TrainedModel(
            network: VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture), seed: 3)),
            schema: nil, inputShape: [3, 4], scoreSeed: 7, scoreSamples: 4,
            reference: .vectors(
                VectorReference(medianScore: 8, calibrationParts: Matrix(parts, rows: 40, columns: 3))))
    }

    /// Every third row is grey, the others 0 and 1.
    private static func rows(_ count: Int) -> Matrix<Float> {
        let x = Matrix<Float>(rows: count, columns: 12)
        for row in 0..<count {
            let uniforms = NoiseStream(seed: 5, purpose: .sample, index: UInt32(row)).uniforms(12)
            x.rows(row..<row + 1).assign(uniforms.map { row % 3 == 0 ? Float($0) : $0 < 0.4 ? 1 : 0 })
        }
        return x
    }

    private static func scores(
        _ model: TrainedModel, _ x: Matrix<Float>, _ ranking: Ranking? = nil
    ) throws -> [RowScore] {
        var settings = ScoreSettings(model)
        settings.ranking = ranking ?? settings.ranking
        let output = InferenceOutput(.score(settings), rows: x.rows, model: model)
        let copy = TestModel.copy(x)
        try OperationRunner(model).run(.score(settings), copy, positions: Array(0..<x.rows), into: output)
        guard case .scores(let scores) = output else { preconditionFailure("a score gives scores") }
        return (0..<x.rows).map { scores[$0] }
    }

    private static let likelihoods: [LikelihoodSpecification] = [.bernoulli, .gaussian(.learned(floor: 0.1))]

    @Test(arguments: likelihoods) func aRankIsWhatTheMeasureSays(likelihood: LikelihoodSpecification) throws {
        let (model, x) = (try Self.model(likelihood), Self.rows(30))
        let measure = VectorMeasure(likelihood, shape: [3, 4], seed: 7, medianScore: 8)
        #expect(ScoreSettings(model).ranking == (likelihood == .bernoulli ? .complexity : .elbo))
        #expect(model.ranking?.known == [.complexity, .elbo, .typicality])
        let drawn = TestModel.copy(x)
        for row in 0..<30 where measure.isDrawn(x.rows(row..<row + 1)) {
            #expect(row % 3 == 0)
            measure.draw(x.rows(row..<row + 1), into: drawn.rows(row..<row + 1))
        }
        let (ranked, plain, drawings) = try (
            Self.scores(model, x, .complexity), Self.scores(model, x, .elbo), Self.scores(model, drawn, .elbo)
        )
        for row in 0..<30 {
            let (vector, score) = (drawn.rows(row..<row + 1), plain[row].score)
            let parts = measure.parts(vector, rowScore: drawings[row].score, score: score)
            #expect(ranked[row].anomalyScore == parts[0] && plain[row].anomalyScore == score)
            #expect(try Self.scores(model, x, .typicality)[row].anomalyScore == abs(score - 8))
            // What was there before the ranking stays as it was.
            #expect(ranked[row].score == score && ranked[row].kl == plain[row].kl)
        }
    }

    @Test(arguments: likelihoods) func ranksDependOnTheRowOnly(likelihood: LikelihoodSpecification) throws {
        defer { InstructionSet.current = .best }
        let (model, x) = (try Self.model(likelihood), Self.rows(210))
        var bits: [UInt64]?
        for set in InstructionSet.allCases where set.isAvailable {
            InstructionSet.current = set
            let whole = try Self.scores(model, x, .complexity).map(\.anomalyScore.bitPattern)
            #expect(bits == nil || bits == whole, "\(set)")
            bits = whole
            for row in [0, 1, 95, 96, 99, 209] {
                #expect(
                    try Self.scores(model, x.rows(row..<row + 1), .complexity)[0].anomalyScore.bitPattern == whole[row])
            }
            let reversed = Matrix<Float>(rows: 210, columns: 12)
            for row in 0..<210 { reversed.rows(row..<row + 1).assign(x.rows(209 - row..<210 - row)) }
            #expect(try Self.scores(model, reversed, .complexity).map(\.anomalyScore.bitPattern) == whole.reversed())
        }
    }
}
