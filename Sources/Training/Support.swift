import Kernels
import VAE

/// Whether records lie where the likelihood has density.
enum Support {
    static func check(_ data: Matrix<Float>, for likelihood: LikelihoodSpecification) throws(TrainingError) {
        do {
            try likelihood.checkSupport(data)
        } catch .outsideSupport(let row, let column, let value, let support) {
            // People count the rows of a file from 1.
            throw .outsideSupport(row: row + 1, column: column + 1, value: value, support: support)
        } catch {
            throw .architecture(error)
        }
    }

    /// The importance-weighted objective weighs each code's gradients by itself, which the sums over rows of a likelihood's
    /// own tensors do not know; and its gradients are derived for one level of latents with noise.
    static func check(_ options: TrainingOptions, for architecture: Architecture) throws(TrainingError) {
        if options.freeBits > 0 {
            let isStandard =
                architecture.prior == .standard && architecture.hierarchy == nil && !architecture.isDeterministic
            guard isStandard, options.importanceSamples == 1 else {
                throw .badOption(
                    name: "free bits", expected: "0 but for one level, an N(0, I) prior and one code a row")
            }
        }
        if options.corruption > 0, case .columns = architecture.likelihood {
            throw .badOption(name: "corruption", expected: "0 for a table, whose cells can be hidden instead")
        }
        guard options.importanceSamples > 1 else { return }
        guard architecture.hierarchy == nil, !architecture.isDeterministic else {
            throw .badOption(name: "importance samples", expected: "1 but for one level of latents with noise")
        }
        guard architecture.likelihood.isWithoutTensors else {
            throw .badOption(
                name: "importance samples", expected: "1 for a likelihood that learns a scale of its own")
        }
        try checkRoom(options, architecture)
    }

    /// All codes of a batch go through the decoder together, and each leaves its numbers and their gradients.
    private static func checkRoom(_ options: TrainingOptions, _ architecture: Architecture) throws(TrainingError) {
        let rowBytes = 2 * MemoryLayout<Float>.size * architecture.decoderNumbers
        let most = max(1, mostRoom / rowBytes / options.batchSize)
        guard options.importanceSamples <= most else {
            throw .badOption(
                name: "importance samples",
                expected:
                    "at most \(most) for batches of \(options.batchSize) through this decoder, in \(mostRoom >> 30) GiB"
            )
        }
    }

    private static let mostRoom = 8 << 30
}

extension LikelihoodSpecification {
    fileprivate var isWithoutTensors: Bool {
        switch self {
        case .bernoulli, .continuousBernoulli, .gaussian(.fixed), .discretizedLogistic(.perRecord): true
        case .gaussian, .discretizedLogistic, .columns: false
        }
    }
}
