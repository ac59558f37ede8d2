import Kernels
import Records
import Testing
import VAE

@testable import Training

@Suite struct TrainerTests {
    private static let likelihoods: [LikelihoodSpecification] = [.bernoulli, .gaussian(.learned(floor: 0.05))]

    @Test(arguments: likelihoods)
    func theSameSeedGivesTheSameBits(likelihood: LikelihoodSpecification) throws {
        var options = TrainingProblem.options()
        options.binarisesInputs = likelihood == .bernoulli
        let (a, b) = (
            try TrainingProblem.trainer(options, likelihood: likelihood),
            try TrainingProblem.trainer(options, likelihood: likelihood)
        )
        try a.run()
        try b.run()
        #expect(a.bits == b.bits && a.history == b.history)
        #expect(a.history.count == 6 && a.history.map(\.epoch) == Array(1...6))
        options.seed = 2
        let other = try TrainingProblem.trainer(options, likelihood: likelihood)
        try other.run()
        #expect(other.bits[0] != a.bits[0])
    }

    /// The last batch is smaller than the others, and one row must do as a batch.
    @Test(arguments: [1, 7, 67, 68, 1_000])
    func everyRowIsSeenOnceAnEpoch(batchSize: Int) throws {
        var options = TrainingProblem.options()
        (options.batchSize, options.epochs) = (batchSize, 2)
        let trainer = try TrainingProblem.trainer(options)
        var done: [Int] = []
        try trainer.runEpoch { done.append($0.rowsDone) }
        // 75 rows, of which a tenth is kept, rounded to 8.
        let size = min(batchSize, 67)
        #expect(done == (1...(67 + size - 1) / size).map { min($0 * size, 67) })
        #expect(trainer.history[0].trainingELBO.isFinite)
    }

    @Test func refusesWhatMakesNoSense() throws {
        func refused(_ change: (inout TrainingOptions) -> Void) -> String? {
            var options = TrainingProblem.options()
            change(&options)
            let error = #expect(throws: TrainingError.self) { try TrainingProblem.trainer(options) }
            guard case .badOption(let name, _) = error else { return nil }
            return name
        }
        #expect(refused { $0.epochs = 0 } == "epochs")
        #expect(refused { $0.batchSize = 0 } == "batch size")
        #expect(refused { $0.learningRate = .nan } == "learning rate")
        #expect(refused { $0.klWarmUpEpochs = -1 } == "KL warm-up")
        #expect(refused { $0.clipNorm = -1 } == "clip norm")
        #expect(refused { $0.averageDecay = 1 } == "average decay")
        #expect(refused { $0.validationShare = 1 } == "validation share")
        #expect(refused { $0.patience = 0 } == "patience")
        for share in [-0.1, 1, .nan, .infinity] {
            #expect(refused { $0.calibrationShare = share } == "calibration share")
            #expect(refused { $0.hiddenShare = share } == "hidden share")
        }
    }

    @Test func refusesDataThatCannotBeTrainedOn() throws {
        let few = #expect(throws: TrainingError.self) {
            try Trainer(
                TrainingProblem.architecture(), data: TrainingProblem.data(rows: 9), options: TrainingProblem.options())
        }
        guard case .tooFewRows(got: 9, needed: 10) = few else {
            Issue.record("\(few as Any)")
            return
        }
        let data = TrainingProblem.data(rows: 20)
        data[7, 3] = .nan
        let outside = #expect(throws: TrainingError.self) {
            try Trainer(TrainingProblem.architecture(), data: data, options: TrainingProblem.options())
        }
        // Counted from 1, as people count the rows of a file.
        guard case .outsideSupport(row: 8, column: 4, _, _) = outside else {
            Issue.record("\(outside as Any)")
            return
        }
    }

    /// However much is kept, one row is left to learn from.
    @Test func trainsOnTheFewestRowsWithTheLargestShareKept() throws {
        var options = TrainingProblem.options()
        (options.validationShare, options.epochs) = (0.99, 2)
        let trainer = try Trainer(
            TrainingProblem.architecture(), data: TrainingProblem.data(rows: 10), options: options)
        try trainer.run()
        #expect(trainer.history.count == 2 && trainer.validationSample(count: 100).rows == 9)
    }

    @Test func divergenceNamesTheStepAndTheTensor() throws {
        var options = TrainingProblem.options()
        (options.learningRate, options.clipNorm, options.warmUpSteps) = (1e30, 0, 0)
        let trainer = try TrainingProblem.trainer(options)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        guard case .notFinite(let tensor, step: 2, epoch: 1) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(tensor.hasPrefix("the gradient of 'encoder."), "\(tensor)")
        #expect(error?.description.contains("step 2 (epoch 1)") == true)
    }

    /// The last step of an epoch can be the one that ruins the weights; they must not become the best.
    @Test func divergenceIsSeenByValidationToo() throws {
        var options = TrainingProblem.options()
        (options.learningRate, options.clipNorm, options.warmUpSteps) = (1e30, 0, 0)
        (options.batchSize, options.epochs) = (1_000, 1)
        let trainer = try TrainingProblem.trainer(options)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        guard case .notFinite(let tensor, step: 1, epoch: 1) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(tensor == "the validation bound")
    }

    @Test func stopsEarlyAndKeepsTheBest() throws {
        var options = TrainingProblem.options()
        // Steps so long that validation soon gets worse.
        (options.learningRate, options.epochs, options.patience, options.schedule) = (0.3, 60, 3, .constant)
        options.averageDecay = 0
        let trainer = try TrainingProblem.trainer(options)
        var best: [UInt32] = []
        while !trainer.isFinished {
            try trainer.runEpoch()
            if trainer.bestEpoch == trainer.epochsDone { best = trainer.bits[3] }
        }
        #expect(trainer.stoppedEarly && trainer.epochsDone < 60)
        #expect(trainer.epochsDone == trainer.bestEpoch + 3)
        #expect(trainer.bestParameters.vector.values.map(\.bitPattern) == best)
        let bounds = trainer.history.map(\.validationELBO)
        #expect(bounds.max() == bounds[trainer.bestEpoch - 1])
    }

    /// A table's nats are those of its codes: the same data in other units train to the same bits.
    @Test func unitsOfATableDoNotMatter() throws {
        func column(_ j: Int, unit: Double) -> Column {
            Column(
                name: "\(j)", kind: .real(NumericCode(transform: .linear, offset: 3 * unit, scale: 2 * unit)))
        }
        let family = ColumnFamily.gaussian(ColumnScale(isPerRecord: true, floor: 0.05))
        let architecture = try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: [.dense(units: 6, activation: .gelu)], decoder: [],
            likelihood: .columns(Array(repeating: family, count: 4)))
        var options = TrainingProblem.options()
        (options.epochs, options.calibrationShare) = (2, 0.2)
        let values = TrainingProblem.data(rows: 75)
        let trainers = try [1, 0.25].map { unit in
            let columns = (0..<4).map { column($0, unit: unit) }
            let coded = Matrix<Float>(rows: 75, columns: 4)
            for i in 0..<coded.count { coded[i] = columns[i % 4].code(Double(values[i]) * unit) }
            return try Trainer(architecture, data: coded, schema: Schema(columns), options: options)
        }
        for trainer in trainers { try trainer.run() }
        #expect(trainers[0].bits == trainers[1].bits && trainers[0].history == trainers[1].history)
        #expect(trainers[0].calibrationRows.rows == 15 && trainers[0].fittedRows(count: 20).rows == 20)
        #expect(trainers[0].fittedRows(count: 1_000).rows == 52)
    }

    /// What the encoder gets is hidden in part; what the likelihood asks for is not.
    @Test func corruptionHidesFromTheEncoderOnly() {
        var options = TrainingProblem.options()
        options.corruption = 0.5
        let values = Matrix<Float>(Array(repeating: 2, count: 400), rows: 1, columns: 400)
        let rows = TrainingRows(values: values, table: nil, options: options)
        let x = Observation<Float>(
            features: Matrix(rows: 1, columns: 400), targets: Matrix(rows: 1, columns: 400))
        rows.write(0, epoch: 1, into: x)
        #expect(x.targets.values == values.values)
        let hidden = x.features.values.count { $0 == 0 }
        // Four standard deviations around half of 400.
        #expect((160...240).contains(hidden))
        #expect(x.features.values.allSatisfy { $0 == 0 || $0 == 2 })
        let again = Observation<Float>(
            features: Matrix(rows: 1, columns: 400), targets: Matrix(rows: 1, columns: 400))
        rows.write(0, epoch: 1, into: again)
        #expect(again.features.values == x.features.values)
        rows.write(0, epoch: 2, into: again)
        #expect(again.features.values != x.features.values)
        // Validation sees rows as they are.
        rows.write(0, epoch: 0, into: again)
        #expect(again.features.values == values.values)
    }

    /// Rows that the user keeps apart are neither trained on nor chosen at random.
    @Test func rowsKeptApartDecideWhenToStop() {
        let split = BatchOrder.split(rows: 30, keptApart: 10, calibrationPart: 0.2)
        #expect(split.training == Array(0..<20))
        #expect(split.validation == Array(20..<28) && split.calibration == [28, 29])
        #expect(BatchOrder.split(rows: 3, keptApart: 1, calibrationPart: 0.9).validation == [2])
    }

    @Test(arguments: [
        (PriorSpecification.flow(couplings: 2, units: 4), nil as Int?, 3, 0.0), (.standard, 2, 1, 0),
        (.vamp(components: 5), 2, 1, 0),
        (.mixture(components: 4), nil, 2, 0), (.standard, nil, 1, 0.5),
    ])
    func everyLatentModelLearns(prior: PriorSpecification, top: Int?, samples: Int, freeBits: Double) throws {
        let layers: [LayerSpecification] = [.dense(units: 8, activation: .gelu)]
        let architecture = try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: layers, decoder: layers, likelihood: .gaussian(.fixed(0.4)),
            prior: prior,
            hierarchy: top.map {
                HierarchySpecification(latentDimension: $0, top: [], posterior: layers, prior: layers)
            })
        var options = TrainingProblem.options()
        (options.importanceSamples, options.freeBits, options.epochs) = (samples, freeBits, 20)
        let trainer = try Trainer(architecture, data: TrainingProblem.data(rows: 200), options: options)
        try trainer.run()
        #expect(trainer.history[19].validationELBO > trainer.history[0].validationELBO + 0.5)
        // The same bits when it is done again.
        let again = try Trainer(architecture, data: TrainingProblem.data(rows: 200), options: options)
        try again.run()
        #expect(again.bits == trainer.bits)
        // And when it is interrupted: nothing is carried from step to step but what a checkpoint holds.
        let first = try Trainer(architecture, data: TrainingProblem.data(rows: 200), options: options)
        try first.run(epochs: 7)
        let second = try Trainer(architecture, data: TrainingProblem.data(rows: 200), options: options)
        second.restore(first.state)
        try second.run()
        #expect(second.bits == trainer.bits)
    }

    @Test func objectivesThatDoNotFitAreRefused() throws {
        func refuses(_ architecture: Architecture, _ change: (inout TrainingOptions) -> Void) {
            var options = TrainingProblem.options()
            change(&options)
            #expect(throws: TrainingError.self) {
                try Trainer(architecture, data: TrainingProblem.data(rows: 75), options: options)
            }
        }
        let learned = try TrainingProblem.architecture()
        refuses(learned) { $0.importanceSamples = 2 }
        refuses(learned) { $0.importanceSamples = 0 }
        let mixture = try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: [], decoder: [], likelihood: .gaussian(.fixed(1)),
            prior: .mixture(components: 2))
        refuses(mixture) { $0.freeBits = 1 }
        refuses(mixture) { $0.corruption = 1 }
        refuses(mixture) { $0.beta = -1 }
    }

    /// 2 × 4 bytes for each of 10⁶ hidden numbers and 4 outputs: 1,073 codes fit into 8 GiB.
    @Test func asManyCodesAsFitIntoMemoryAreTaken() throws {
        let wide = try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: [], decoder: [.dense(units: 1_000_000, activation: .relu)],
            likelihood: .gaussian(.fixed(1)))
        var options = TrainingProblem.options()
        (options.batchSize, options.importanceSamples) = (2, 537)
        let error = #expect(throws: TrainingError.self) { try Support.check(options, for: wide) }
        #expect(error?.description.contains("at most 536 for batches of 2 through this decoder, in 8 GiB") == true)
        options.importanceSamples = 536
        #expect(throws: Never.self) { try Support.check(options, for: wide) }
    }
}
