/// A likelihood for the numbers of a table, tried by training with it.
package struct FamilyTrial: Equatable, Sendable {
    package let family: NetworkChoice.Family
    /// The best bound on the validation rows, in nats a row.
    package let validationELBO: Double

    /// The families that `automatic` chooses from, the usual one first: it wins a tie.
    private static let families: [NetworkChoice.Family] = [.gaussian, .sharedGaussian, .student]

    /// Trains with each family.
    static func all(_ data: TrainingData, _ network: NetworkChoice, _ options: TrainingOptions) throws -> [FamilyTrial]
    {
        try families.map { family in
            var choice = network
            choice.family = family
            let trainer = try Trainer(
                try choice.architecture(for: data), data: data.values, conditions: data.conditions, schema: data.schema,
                options: options)
            while !trainer.isFinished { try trainer.runEpoch() }
            let best = trainer.history[max(trainer.bestEpoch - 1, 0)]
            return FamilyTrial(family: family, validationELBO: best.validationELBO)
        }
    }

    static func best(_ trials: [FamilyTrial]) -> NetworkChoice.Family {
        var best = trials[0]
        for trial in trials where trial.validationELBO > best.validationELBO { best = trial }
        return best.family
    }
}
