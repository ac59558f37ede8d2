import VAE

/// How a score is taken. Requests with equal settings may share a batch.
package struct ScoreSettings: Hashable, Sendable {
    package enum Bound: String, Hashable, Sendable, CaseIterable {
        /// −ELBO, the sum of a reconstruction and a KL term.
        case elbo
        /// The importance-weighted bound: tighter, but no sum over columns.
        case importanceWeighted = "iw"
    }

    /// Samples of z; 0 takes z = μ.
    package var samples: Int
    package var seed: UInt64
    package var bound: Bound
    /// Whether the answer names what each column adds, and what was expected there.
    package var explains: Bool
    /// What `anomalyScore` is; −ELBO where the model has no calibration.
    package var ranking: Ranking

    package init(
        samples: Int, seed: UInt64, bound: Bound = .elbo, explains: Bool = false, ranking: Ranking = .combined
    ) {
        (self.samples, self.seed, self.bound) = (samples, seed, bound)
        (self.explains, self.ranking) = (explains, ranking)
    }

    /// As the model was calibrated: only such scores can be compared with its calibration.
    package init(_ model: TrainedModel) {
        self.init(
            samples: model.scoreSamples, seed: model.scoreSeed, ranking: model.ranking?.usual ?? .combined)
    }

    package func isCalibrated(for model: TrainedModel) -> Bool {
        samples == model.scoreSamples && seed == model.scoreSeed && bound == .elbo
    }
}
