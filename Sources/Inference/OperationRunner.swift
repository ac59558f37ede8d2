import Kernels
import VAE

/// Carries operations out on one thread, in buffers of its own.
package final class OperationRunner {
    private let model: TrainedModel
    private let evaluator: Evaluator<Float>
    /// The noise of the last score, since most scores use the same.
    private var noise: (samples: Int, seed: UInt64, noise: ScoreNoise<Float>)?

    package init(_ model: TrainedModel) {
        self.model = model
        evaluator = Evaluator(model.network)
    }

    /// Answers `operation` for rows that lie together in memory.
    ///
    /// - Parameters:
    ///   - input: `[rows, …]`, records in the data's own units (overwritten) or latents; without columns for `sample`.
    ///   - positions: the place of each row in its request, which seeds its draws.
    ///   - output: of as many rows.
    /// - Throws: `InferenceError.outsideSupport` or `.notFinite` with the row, counted from 0 in `input`.
    package func run(
        _ operation: Operation, _ input: Matrix<Float>, positions: [Int], into output: InferenceOutput
    ) throws(InferenceError) {
        if operation.inputKind == .record { try prepare(input) }
        switch (operation, output) {
        case (.encode(let seed), .codes(let mean, let sigma, let draw)):
            evaluator.encode(input, mean: mean, sigma: sigma)
            if let seed, let draw { drawLatents(seed, positions, mean: mean, sigma: sigma, into: draw) }
        case (.decode(let seed), .records(let mean, let draw)):
            evaluator.decode(input, into: mean)
            finish(mean, draw: draw, seed: seed ?? 0, positions: positions.map(UInt64.init))
        case (.reconstruct, .records(let mean, _)):
            evaluator.reconstruct(input, into: mean)
            model.columns?.restore(mean)
        case (.score(let samples, let seed), .scores(let terms)):
            score(input, scoreNoise(samples: samples, seed: seed), into: terms)
        case (.sample(let seed, let offset, let temperature), .samples(let latent, let mean, let draw)):
            let rows = positions.map { offset &+ UInt64($0) }
            evaluator.sample(seed: seed, positions: rows, temperature: temperature, latents: latent, means: mean)
            finish(mean, draw: draw, seed: seed, positions: rows)
        default: preconditionFailure("an output of another operation")
        }
        if let row = output.firstNonFiniteRow() { throw .notFinite(row: row) }
    }

    private func prepare(_ input: Matrix<Float>) throws(InferenceError) {
        model.columns?.standardise(input)
        do {
            try model.network.architecture.likelihood.checkSupport(input)
        } catch .outsideSupport(let row, let column, let value, let support) {
            throw .outsideSupport(row: row, column: column, value: value, support: support)
        } catch {
            preconditionFailure("a check of the support found \(error)")
        }
    }

    private func drawLatents(
        _ seed: UInt64, _ positions: [Int], mean: Matrix<Float>, sigma: Matrix<Float>, into draw: Matrix<Float>
    ) {
        for (row, position) in positions.enumerated() {
            let z = draw.rows(row..<row + 1)
            let noise = Matrix<Float>(rows: 1, columns: z.columns)
            Float.normals(NoiseStream(seed: seed, purpose: .posterior, position: UInt64(position)), into: noise)
            Float.reparameterise(mean.rows(row..<row + 1), sigma.rows(row..<row + 1), noise, into: z)
        }
    }

    /// Draws around the means where asked, and returns both to the data's own units.
    private func finish(_ mean: Matrix<Float>, draw: Matrix<Float>?, seed: UInt64, positions: [UInt64]) {
        if let draw {
            draw.assign(mean)
            evaluator.draw(seed: seed, positions: positions, draw)
            model.columns?.restore(draw)
        }
        model.columns?.restore(mean)
    }

    private func score(_ input: Matrix<Float>, _ noise: ScoreNoise<Float>, into terms: Matrix<Double>) {
        for (row, bound) in evaluator.bounds(input, noise: noise).enumerated() {
            terms[row, 0] = bound.logLikelihood - model.logScale
            terms[row, 1] = bound.klDivergence
            terms[row, 2] = bound.standardError
        }
    }

    private func scoreNoise(samples: Int, seed: UInt64) -> ScoreNoise<Float> {
        if let noise, noise.samples == samples, noise.seed == seed { return noise.noise }
        let latents = model.network.latentDimension
        let made: ScoreNoise<Float> =
            samples == 0
            ? .none(latentDimension: latents)
            : .mirrored(seed: seed, samples: samples, latentDimension: latents)
        noise = (samples, seed, made)
        return made
    }
}
