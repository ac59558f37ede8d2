import Kernels
import VAE

/// Carries operations out on one thread, in buffers of its own.
package final class OperationRunner {
    private let model: TrainedModel
    private let evaluator: Evaluator<Float>
    private let scorer: RowScorer

    package init(_ model: TrainedModel) {
        self.model = model
        evaluator = Evaluator(model.network)
        scorer = RowScorer(model, evaluator)
    }

    /// Answers `operation` for rows that lie together in memory.
    ///
    /// - Parameters:
    ///   - input: `[rows, …]`, records (coded, for a table) or latents; without columns for `sample`. Of a conditional model the place of
    ///     its level stands behind each row, as `RowConditions` puts it there.
    ///   - positions: the place of each row in its request, which seeds its draws.
    ///   - output: of as many rows.
    /// - Throws: `InferenceError.outsideSupport` or `.notFinite` with the row, counted from 0 in `input`.
    package func run(
        _ operation: Operation, _ input: Matrix<Float>, positions: [Int], into output: InferenceOutput
    ) throws(InferenceError) {
        let places = positions.map(UInt64.init)
        switch (operation, output) {
        case (.encode(let seed), .codes(let mean, let sigma, let draw)):
            let x = try observe(input)
            evaluator.encode(x.features, condition: x.condition, mean: mean, sigma: sigma)
            if let seed, let draw {
                evaluator.drawCodes(x.features, condition: x.condition, seed: seed, positions: places, into: draw)
            }
        case (.decode(let seed), .records(let mean, let draw)):
            let draws = draw.map { Draws(seed: seed ?? 0, positions: places, into: $0) }
            let (z, condition) = split(input)
            evaluator.decode(z, condition: condition, into: mean, draws: draws)
        case (.path, .path(let latent, let mean)):
            let (z, condition) = split(input)
            latent.assign(z)
            evaluator.decode(z, condition: condition, into: mean)
        case (.reconstruct, .records(let mean, _)):
            let x = try observe(input)
            evaluator.reconstruct(x.features, condition: x.condition, into: mean)
        case (.reconstruct, .repairs(let repairs)):
            repair(input, into: repairs)
        case (.score(let settings), .scores(let scores)):
            scorer.score(try observe(input), coded: split(input).values, settings, into: scores)
        case (.sample(let seed, let offset, let temperature), .samples(let latent, let mean, let draw)):
            evaluator.sample(
                seed: seed, positions: places.map { offset &+ $0 }, temperature: temperature,
                condition: split(input).condition, latents: latent, means: mean, draws: draw)
        default: preconditionFailure("an output of another operation")
        }
        if let row = output.firstNonFiniteRow() { throw .notFinite(row: row) }
    }

    private func split(_ input: Matrix<Float>) -> (values: Matrix<Float>, condition: Matrix<Float>?) {
        model.network.architecture.split(input)
    }

    private func repair(_ coded: Matrix<Float>, into repairs: RepairOutput) {
        guard let table = model.table else { preconditionFailure("only records of a table are repaired") }
        evaluator.repair(
            model.observe(coded), table, expected: repairs.expected, filling: repairs.filling,
            surprise: repairs.surprise)
    }

    /// What the network takes of some records.
    ///
    /// - Throws: `InferenceError.outsideSupport` with the row, counted from 0.
    func observe(_ input: Matrix<Float>) throws(InferenceError) -> Observation<Float> {
        let x = model.observe(input)
        if model.table != nil { return x }
        do {
            try model.network.architecture.likelihood.checkSupport(x.features)
        } catch .outsideSupport(let row, let column, let value, let support) {
            throw .outsideSupport(row: row, column: column, value: value, support: support)
        } catch {
            preconditionFailure("a check of the support found \(error)")
        }
        return x
    }
}
