import Kernels
import RealModule
import Testing
import VAE

/// What an evaluator answers for some records, as bits.
private struct Answers: Equatable {
    /// One list for each record.
    var rows: [[UInt64]]

    init(_ evaluator: Evaluator<Float>, _ x: Matrix<Float>) {
        let model = evaluator.model
        let (mean, sigma) = (
            Matrix<Float>(rows: x.rows, columns: model.latentDimension),
            Matrix<Float>(rows: x.rows, columns: model.latentDimension)
        )
        let (decoded, reconstruction) = (
            Matrix<Float>(rows: x.rows, columns: model.inputDimension),
            Matrix<Float>(rows: x.rows, columns: model.inputDimension)
        )
        evaluator.encode(x, mean: mean, sigma: sigma)
        evaluator.decode(sigma, into: decoded)
        evaluator.reconstruct(x, into: reconstruction)
        let latents = model.latentDimension
        let bounds = evaluator.bounds(Observation(x), noise: .mirrored(seed: 1, samples: 4, latentDimension: latents))
        let weighted = evaluator.importanceWeightedBounds(
            Observation(x), noise: .independent(seed: 1, samples: 3, latentDimension: latents))
        rows = (0..<x.rows).map { i in
            let matrices = [mean, sigma, decoded, reconstruction].flatMap { $0.rows(i..<i + 1).values }
            let numbers = [
                bounds[i].logLikelihood, bounds[i].klDivergence, bounds[i].standardError, weighted[i],
            ]
            return matrices.map { UInt64($0.bitPattern) } + numbers.map(\.bitPattern)
        }
    }
}

/// Serialised, since the instruction set is chosen for the whole process.
@Suite(.serialized) struct InvarianceTests {
    @Test(arguments: try SmallModel.all())
    func rowsDoNotDependOnTheirBatch(model: SmallModel) {
        defer { InstructionSet.current = .best }
        let x = model.records(200)
        var reference: Answers?
        for set in InstructionSet.allCases where set.isAvailable {
            InstructionSet.current = set
            let evaluator = model.evaluator(Float.self)
            let whole = Answers(evaluator, x)
            // The instruction set does not show either.
            #expect(reference == nil || whole == reference, "\(set)")
            reference = whole
            for i in 0..<200 { #expect(Answers(evaluator, x.rows(i..<i + 1)).rows[0] == whole.rows[i], "\(set) \(i)") }
            for size in 2...64 {
                let start = size * 5 % (200 - size)
                let part = Answers(evaluator, x.rows(start..<start + size))
                #expect(part.rows == Array(whole.rows[start..<start + size]), "\(set) \(size)")
            }
        }
    }

    /// Row i depends on the seed and its place in the endless sequence only.
    @Test(arguments: try SmallModel.all())
    func sampledRowsDoNotDependOnHowManyAreAskedFor(model: SmallModel) {
        let evaluator = model.evaluator(Float.self)
        func sample(seed: UInt64 = 9, _ positions: Range<UInt64>) -> [[UInt32]] {
            let count = positions.count
            let (latents, numbers) = (model.architecture.latentDimension, model.architecture.recordDimension)
            let (z, x) = (Matrix<Float>(rows: count, columns: latents), Matrix<Float>(rows: count, columns: numbers))
            let drawn = Matrix<Float>(rows: count, columns: numbers)
            evaluator.sample(
                seed: seed, positions: Array(positions), temperature: 0.8, latents: z, means: x, draws: drawn)
            return (0..<count).map { i in
                [z, x, drawn].flatMap { $0.rows(i..<i + 1).values.map(\.bitPattern) }
            }
        }
        let whole = sample(0..<200)
        #expect(whole == sample(0..<200))
        #expect(Set(whole).count == 200)
        #expect(zip(whole, sample(seed: 10, 0..<200)).allSatisfy { $0 != $1 })
        for start in [0, 1, 63, 150] as [UInt64] {
            for count in [1, 2, 7, 50] as [UInt64] {
                #expect(sample(start..<start + count) == Array(whole[Int(start)..<Int(start + count)]))
            }
        }
        // Places beyond 2³² are rows of their own.
        let far = sample(1 << 32..<(1 << 32) + 1)
        #expect(far[0] != whole[0] && far == sample(1 << 32..<(1 << 32) + 1))
    }

    @Test func drawsOfBernoulliAreZeroOrOneAsOftenAsTheirMeansSay() throws {
        let model = try #require(SmallModel.all().first)
        let evaluator = model.evaluator(Float.self)
        let count = 2_000
        let (means, draws) = (Matrix<Float>(rows: count, columns: 7), Matrix<Float>(rows: count, columns: 7))
        evaluator.decode(
            Matrix(rows: count, columns: 3), into: means,
            draws: Draws(seed: 3, positions: Array(0..<UInt64(count)), into: draws))
        #expect(draws.values.allSatisfy { $0 == 0 || $0 == 1 })
        for j in 0..<7 {
            let share = (0..<count).reduce(0) { $0 + Double(draws[$1, j]) } / Double(count)
            let p = Double(means[0, j])
            // Four standard errors of a share.
            #expect(abs(share - p) < 4 * (p * (1 - p) / Double(count)).squareRoot())
        }
    }

    @Test func drawsOfGaussianHaveTheirMeansAndDeviations() throws {
        let architecture = try Architecture(
            inputDimension: 2, latentDimension: 1, encoder: [], decoder: [], likelihood: .gaussian(.fixed(0.3)))
        let parameters = Parameters<Float>(ParameterLayout(architecture))
        parameters["decoder.output.bias"].fill(5)
        let evaluator = Evaluator(VariationalAutoencoder(architecture, parameters))
        let count = 4_000
        let (means, draws) = (Matrix<Float>(rows: count, columns: 2), Matrix<Float>(rows: count, columns: 2))
        evaluator.decode(
            Matrix(rows: count, columns: 1), into: means,
            draws: Draws(seed: 3, positions: Array(0..<UInt64(count)), into: draws))
        #expect(means.values.allSatisfy { $0 == 5 })
        let errors = draws.values.map { Double($0) - 5 }
        let n = Double(errors.count)
        let mean: Double = errors.reduce(0, +) / n
        let variance: Double = errors.reduce(0) { $0 + $1 * $1 } / n
        // Four standard errors of a mean, σ/√n, and of a variance, σ²√(2/n).
        let (meanError, varianceError): (Double, Double) = (0.3 / n.squareRoot(), 0.09 * (2 / n).squareRoot())
        #expect(abs(mean) < 4 * meanError)
        #expect(abs(variance - 0.09) < 4 * varianceError)
    }
}
