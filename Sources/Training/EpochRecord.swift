/// What one epoch of training gave: means over rows, in nats.
package struct EpochRecord: Equatable, Sendable {
    /// From 1.
    package var epoch: Int
    /// Of the training rows, at the weights of their step.
    package var trainingLogLikelihood: Double
    package var trainingKLDivergence: Double
    /// β at the end of the epoch.
    package var beta: Double
    package var learningRate: Double
    /// Of the validation rows, at the averaged weights.
    package var validationLogLikelihood: Double
    package var validationKLDivergence: Double
    /// Latents whose mean varies over the validation rows by more than 0.01.
    package var activeUnits: Int

    package var trainingELBO: Double { trainingLogLikelihood - trainingKLDivergence }
    package var validationELBO: Double { validationLogLikelihood - validationKLDivergence }
}

/// How far an epoch has come; for a progress bar.
package struct TrainingProgress: Sendable {
    package let epoch: Int
    package let epochs: Int
    package let rowsDone: Int
    package let rows: Int
    /// Means over the rows done, in nats.
    package let logLikelihood: Double
    package let klDivergence: Double
    /// The last finished epoch.
    package let last: EpochRecord?
}
