import Kernels
import VAE

@testable import Training

/// A small training problem of a fixed seed.
enum TrainingProblem {
    static func architecture(_ likelihood: LikelihoodSpecification = .gaussian(.learned(floor: 0.05))) throws
        -> Architecture
    {
        try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: [.dense(units: 6, activation: .gelu)],
            decoder: [.gatedDense(units: 5)], likelihood: likelihood)
    }

    /// Records with structure: four columns that follow two numbers.
    static func data(rows: Int, seed: UInt64 = 1) -> Matrix<Float> {
        let draws = Matrix<Float>(rows: rows, columns: 6)
        Float.normals(NoiseStream(seed: seed, purpose: .sample), into: draws)
        let data = Matrix<Float>(rows: rows, columns: 4)
        for i in 0..<rows {
            let (u, v) = (draws[i, 0], draws[i, 1])
            let means = [u, u + v, v, u - v]
            for j in 0..<4 { data[i, j] = means[j] / 2 + draws[i, 2 + j] / 4 }
        }
        return data
    }

    static func options() -> TrainingOptions {
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.learningRate, options.warmUpSteps) = (6, 16, 1e-2, 5)
        options.klWarmUpEpochs = 2
        return options
    }

    static func trainer(
        _ options: TrainingOptions = options(), likelihood: LikelihoodSpecification = .gaussian(.learned(floor: 0.05))
    ) throws -> Trainer {
        let data = data(rows: 75)
        if likelihood == .bernoulli { Float.activate(.sigmoid, data, into: data) }
        return try Trainer(architecture(likelihood), data: data, options: options)
    }
}

extension Trainer {
    /// Goes on to the end, or for some epochs.
    func run(epochs: Int = .max) throws {
        var left = epochs
        while !isFinished, left > 0 {
            try runEpoch()
            left -= 1
        }
    }

    /// Everything that a run has made, as bits.
    var bits: [[UInt32]] {
        let state = state
        let vectors = [state.weights, state.firstMoment, state.secondMoment, state.average, state.best]
        return vectors.map { $0.map(\.bitPattern) }
    }
}
