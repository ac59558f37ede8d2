/// How to train: every number that decides the resulting bits, apart from the data and the architecture.
package struct TrainingOptions: Equatable, Sendable {
    package enum Schedule: String, CaseIterable, Sendable {
        case constant
        /// Half a cosine from the learning rate down to a hundredth of it at the last epoch.
        case cosine
    }

    package var seed: UInt64 = 1
    package var epochs = 100
    package var batchSize = 128
    package var learningRate = 1e-3
    package var schedule = Schedule.cosine
    /// Steps over which the learning rate rises from 0.
    package var warmUpSteps = 100
    /// Epochs over which the weight β of the KL term rises from 0 to 1.
    package var klWarmUpEpochs = 10
    /// The weight β of the KL term after the warm-up; 1 for the ELBO.
    package var beta = 1.0
    /// Nats of each latent that the KL term does not count.
    package var freeBits = 0.0
    /// Codes of each row: more than one trains the importance-weighted bound.
    package var importanceSamples = 1
    /// The share of a record's numbers that the encoder gets as 0 instead, while the likelihood asks for them all.
    package var corruption = 0.0
    /// The largest norm of a gradient; a longer one is shortened to it. 0 turns clipping off.
    package var clipNorm = 10.0
    /// Decay a step of the moving average of the weights; 0 turns averaging off.
    package var averageDecay = 0.999
    /// Share of the rows kept for validation.
    package var validationShare = 0.1
    /// Share of the rows kept for calibration; 0 for none.
    package var calibrationShare = 0.0
    /// The mean share of the cells of optional columns that the encoder does not get to see.
    package var hiddenShare = 0.0
    /// Epochs without a better validation bound after which training stops.
    package var patience = 50
    /// Whether a number in [0, 1] is a probability, drawn anew as 0 or 1 at every presentation.
    package var binarisesInputs = false

    /// Epochs are counted in 32 bits of the noise.
    package static let mostEpochs = 1_000_000_000

    package init() {}
}

extension TrainingOptions {
    /// The part of the validation rows of images that calibrates instead, unless a share is asked for.
    private static let calibratingPart = 0.2

    /// Takes rows for calibration: the share asked for, of all rows, or a part of those kept for validation. Those do not decide when
    /// to stop any more, and the rows that the model is fitted to stay the same.
    mutating func splitValidation(calibration share: Double?) {
        calibrationShare = share ?? Self.calibratingPart * validationShare
        if share == nil { validationShare -= calibrationShare }
    }

    /// The options by name, as they appear in reports and in the check of a resumed run.
    package var fields: [(name: String, value: Double)] {
        [
            ("epochs", Double(epochs)), ("batch_size", Double(batchSize)), ("learning_rate", learningRate),
            ("cosine_schedule", schedule == .cosine ? 1 : 0), ("warm_up_steps", Double(warmUpSteps)),
            ("kl_warm_up_epochs", Double(klWarmUpEpochs)), ("beta", beta), ("free_bits", freeBits),
            ("importance_samples", Double(importanceSamples)), ("corruption", corruption),
            ("clip_norm", clipNorm),
            ("average_decay", averageDecay), ("validation_share", validationShare),
            ("calibration_share", calibrationShare), ("hidden_share", hiddenShare),
            ("patience", Double(patience)), ("binarises_inputs", binarisesInputs ? 1 : 0),
        ]
    }

    /// - Throws: `TrainingError.badOption` naming the first that makes no sense.
    package func validate() throws(TrainingError) {
        try check("epochs", (1...Self.mostEpochs).contains(epochs), "from 1 to \(Self.mostEpochs)")
        try check("batch size", batchSize >= 1, "1 or more")
        try check("learning rate", learningRate > 0 && learningRate.isFinite, "a number above 0")
        try check("KL warm-up", klWarmUpEpochs >= 0, "0 epochs or more")
        try check("beta", beta >= 0 && beta.isFinite, "0 or more")
        try check("free bits", freeBits >= 0 && freeBits.isFinite, "0 nats or more")
        try check("importance samples", (1...1_000).contains(importanceSamples), "from 1 to 1000")
        try check("corruption", (0..<1).contains(corruption), "at least 0 and below 1")
        try check("clip norm", clipNorm >= 0 && clipNorm.isFinite, "0 or more")
        try check("average decay", (0..<1).contains(averageDecay), "at least 0 and below 1")
        try check("validation share", validationShare > 0 && validationShare < 1, "above 0 and below 1")
        try check("calibration share", calibrationShare >= 0 && calibrationShare < 1, "at least 0 and below 1")
        try check("hidden share", hiddenShare >= 0 && hiddenShare < 1, "at least 0 and below 1")
        try check("patience", patience >= 1, "1 epoch or more")
    }

    private func check(_ option: String, _ holds: Bool, _ expected: String) throws(TrainingError) {
        if !holds { throw .badOption(name: option, expected: expected) }
    }
}
