/// What changes as training goes on, as functions of how far it has come.
struct Schedules {
    let options: TrainingOptions
    let stepsPerEpoch: Int

    /// The learning rate of a step, counted from 0.
    func learningRate(step: Int) -> Double {
        let warmUp = min(1, Double(step + 1) / Double(max(options.warmUpSteps, 1)))
        switch options.schedule {
        case .constant: return options.learningRate * warmUp
        case .cosine:
            let progress = Double(step) / (Double(options.epochs) * Double(stepsPerEpoch))
            return options.learningRate * warmUp * (0.01 + 0.99 * Self.halfCosine(progress))
        }
    }

    /// The weight β of the KL term at a step, counted from 0.
    func beta(step: Int) -> Double {
        guard options.klWarmUpEpochs > 0 else { return options.beta }
        return options.beta * min(1, Double(step + 1) / (Double(options.klWarmUpEpochs) * Double(stepsPerEpoch)))
    }

    /// The decay of the weights' average: short at first, so that the start is soon forgotten.
    func averageDecay(step: Int) -> Double {
        min(options.averageDecay, Double(1 + step) / Double(10 + step))
    }

    /// ½ (1 + cos πp) for p in [0, 1], by its Taylor series around ½: the same bits on every machine, unlike libm's cosine.
    static func halfCosine(_ p: Double) -> Double {
        let x = .pi * (p - 0.5)
        var (term, sine) = (x, x)
        for k in 1...10 {
            term *= -x * x / Double(2 * k * (2 * k + 1))
            sine += term
        }
        return (1 - sine) / 2
    }
}
