import Kernels
import Synchronization
import TestSupport
import VAE

@testable import Inference

/// A small model and requests to it.
enum TestModel {
    /// Of plain vectors.
    static func make(_ likelihood: LikelihoodSpecification = .gaussian(.learned(floor: 0.1))) throws -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 5, latentDimension: 2, encoder: [.dense(units: 6, activation: .tanh)],
            decoder: [.gatedDense(units: 6)], likelihood: likelihood)
        return try TrainedModel(
            network: VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture), seed: 3)),
            schema: nil, inputShape: [5], scoreSeed: 7, scoreSamples: 4)
    }

    static let operations: [Operation] = [
        .encode(drawSeed: nil), .encode(drawSeed: 4), .decode(drawSeed: nil), .decode(drawSeed: 5), .path, .reconstruct,
        .score(ScoreSettings(samples: 0, seed: 1)), .score(ScoreSettings(samples: 4, seed: 7)),
        .score(ScoreSettings(samples: 3, seed: 7, bound: .importanceWeighted)),
        .score(ScoreSettings(samples: 4, seed: 7, explains: true, ranking: .elbo)),
        .sample(seed: 2, offset: 100, temperature: 0.7),
    ]

    /// A table's, with all kinds of columns, and a calibration.
    static func table() throws -> TrainedModel {
        try MixedTable.model(reference: MixedTable.reference())
    }

    /// Rows of an input to a table's model.
    static func tableInput(_ operation: Operation, rows: Int, seed: UInt64 = 1) -> Matrix<Float> {
        operation.inputKind == .record
            ? MixedTable.codedRows(rows, seed: seed) : input(operation, rows: rows, seed: seed)
    }

    /// Rows of an input for the operation, of a fixed seed, in [0, 1].
    static func input(_ operation: Operation, rows: Int, seed: UInt64 = 1) -> Matrix<Float> {
        let columns =
            switch operation.inputKind {
            case .record: 5
            case .latent: 2
            case .none: 0
            }
        let words = NoiseStream(seed: seed, purpose: .split).words(rows * columns)
        return Matrix(words.map { Float($0 >> 8) / 16_777_216 }, rows: rows, columns: columns)
    }

    static func copy(_ matrix: Matrix<Float>) -> Matrix<Float> {
        Matrix(matrix.values, rows: matrix.rows, columns: matrix.columns)
    }

    /// The runner's answer, computed alone.
    static func answer(
        _ operation: Operation, _ input: Matrix<Float>, _ model: TrainedModel
    ) throws(InferenceError) -> [UInt64] {
        let output = InferenceOutput(operation, rows: input.rows, model: model)
        try OperationRunner(model).run(operation, copy(input), positions: Array(0..<input.rows), into: output)
        return output.bits
    }
}

extension InferenceOutput {
    /// Every number as bits, field by field.
    var bits: [UInt64] {
        switch self {
        case .codes(let mean, let sigma, let draw): Self.bits([mean, sigma, draw])
        case .records(let mean, let draw): Self.bits([mean, draw])
        case .scores(let scores): scores.bits
        case .repairs(let repairs): Self.bits([repairs.expected]) + repairs.surprise.values.map(\.bitPattern)
        case .path(let latent, let mean): Self.bits([latent, mean])
        case .samples(let latent, let mean, let draw): Self.bits([latent, mean, draw])
        }
    }

    private static func bits(_ matrices: [Matrix<Float>?]) -> [UInt64] {
        matrices.flatMap { $0?.values ?? [] }.map { UInt64($0.bitPattern) }
    }
}

extension ScoreOutput {
    fileprivate var bits: [UInt64] {
        let terms = (0..<rows).flatMap { row in
            [self[row].reconstruction, self[row].kl, self[row].standardError, self[row].anomalyScore]
        }
        let doubles = terms + (contributions?.values ?? []) + (parts?.values ?? [])
        return doubles.map(\.bitPattern) + (expected?.values ?? []).map { UInt64($0.bitPattern) }
    }
}

/// Counts how often something was called, and keeps what came.
final class Calls: Sendable {
    private let results = Mutex<[Result<[UInt64], InferenceError>]>([])

    var all: [Result<[UInt64], InferenceError>] { results.withLock { $0 } }

    var completion: InferenceJob.Completion {
        { [self] result in results.withLock { $0.append(result.map(\.bits)) } }
    }
}
