import Kernels
import Synchronization
import VAE

@testable import Inference

/// A small model and requests to it.
enum TestModel {
    /// Gaussian, with columns to standardise, or Bernoulli.
    static func make(_ likelihood: LikelihoodSpecification = .gaussian(.learned(floor: 0.1))) throws -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 5, latentDimension: 2, encoder: [.dense(units: 6, activation: .tanh)],
            decoder: [.gatedDense(units: 6)], likelihood: likelihood)
        let columns = Columns((0..<5).map { .init(name: "column \($0)", offset: Float($0), scale: 2) })
        return try TrainedModel(
            network: VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture), seed: 3)),
            columns: likelihood == .bernoulli ? nil : columns, inputShape: [5], scoreSeed: 7, scoreSamples: 4)
    }

    static let operations: [Operation] = [
        .encode(drawSeed: nil), .encode(drawSeed: 4), .decode(drawSeed: nil), .decode(drawSeed: 5), .reconstruct,
        .score(samples: 0, seed: 1), .score(samples: 4, seed: 7), .sample(seed: 2, offset: 100, temperature: 0.7),
    ]

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
        case .scores(let terms): terms.values.map(\.bitPattern)
        case .samples(let latent, let mean, let draw): Self.bits([latent, mean, draw])
        }
    }

    private static func bits(_ matrices: [Matrix<Float>?]) -> [UInt64] {
        matrices.flatMap { $0?.values ?? [] }.map { UInt64($0.bitPattern) }
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
