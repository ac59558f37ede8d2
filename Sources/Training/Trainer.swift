import Kernels
import Records
import VAE

/// Mini-batch training of a VAE by Adam on the ELBO.
///
/// The resulting bits depend on the data, the architecture and the options; not on the number of cores, nor on whether the
/// run was interrupted and resumed.
package final class Trainer {
    /// A batch is cut into this many shards, whatever the number of cores.
    private static let shardCount = 2
    /// The parameters are cut into this many slices for reduction and update.
    private static let sliceCount = 16

    package let architecture: Architecture
    package let options: TrainingOptions
    private let rows: TrainingRows
    private let split: BatchOrder.Split
    private let schedules: Schedules
    private let model: VariationalAutoencoder<Float>
    private let adam: AdamState<Float>
    private let shards: [GradientShard<Float>]
    private let priorTape: PriorTape<Float>?
    /// Tasks that may run at the same time; those of a phase after those of the one before.
    private let refreshPhases: [[@Sendable () -> Void]]
    private let validation: Validation
    private let bestWeights: Matrix<Float>

    package private(set) var history: [EpochRecord] = []
    private var stopping = EarlyStopping()
    private var step = 0
    /// β₁ᵗ and β₂ᵗ by repeated multiplication, since `pow` is libm's.
    private var betaPowers = (1.0, 1.0)

    /// - Parameters:
    ///   - data: `[rows, recordDimension]`, in the likelihood's support; kept, not copied.
    ///   - conditions: the place of each row's level; `none` for an architecture without a condition.
    ///   - schema: the columns of a table.
    ///   - keptApart: how many of the last rows the user keeps for validation; 0 to choose some at random.
    package init(
        _ architecture: Architecture, data: Matrix<Float>, conditions: RowConditions = .none, schema: Schema? = nil,
        keptApart: Int = 0, options: TrainingOptions
    ) throws(TrainingError) {
        try options.validate()
        guard data.rows - keptApart >= 10 else { throw .tooFewRows(got: data.rows - keptApart, needed: 10) }
        try Support.check(data, for: architecture.likelihood)
        try Support.check(options, for: architecture)
        (self.architecture, self.options) = (architecture, options)
        split = Self.split(data.rows, keptApart: keptApart, options)
        let batch = min(options.batchSize, split.training.count)
        schedules = Schedules(options: options, stepsPerEpoch: (split.training.count + batch - 1) / batch)
        let layout = ParameterLayout(architecture)
        let model = VariationalAutoencoder<Float>(architecture, startingFrom: options.seed)
        self.model = model
        rows = TrainingRows(
            values: data, conditions: conditions, levels: architecture.conditionDimension,
            table: try Self.table(schema, model), options: options)
        if case .vamp(let components) = architecture.prior {
            rows.write(split.training, as: model.parameters["prior.pseudo_inputs"], count: components)
        }
        adam = AdamState(weights: model.parameters.vector)
        let weights = GradientShard.sharedWeights(model)
        let shardRows = (batch + Self.shardCount - 1) / Self.shardCount
        shards = (0..<Self.shardCount).map { _ in
            GradientShard(
                model, rows: shardRows, samples: options.importanceSamples, hasTargets: options.corruption > 0,
                weights: weights)
        }
        priorTape = PriorTape(model, weights: weights)
        refreshPhases = [model.refreshTasks + weights.refreshTasks, weights.lateRefreshTasks]
        let averaged = VariationalAutoencoder(architecture, Parameters(layout, vector: adam.average))
        validation = Validation(
            averaged, rows: rows.observe(split.validation), seed: options.seed,
            importanceSamples: options.importanceSamples)
        bestWeights = Matrix(rows: 1, columns: layout.count)
    }

    private static func split(_ rows: Int, keptApart: Int, _ options: TrainingOptions) -> BatchOrder.Split {
        guard keptApart > 0 else {
            return BatchOrder.split(
                rows: rows, validationShare: options.validationShare, calibrationShare: options.calibrationShare,
                seed: options.seed)
        }
        let part = options.calibrationShare / (options.calibrationShare + options.validationShare)
        return BatchOrder.split(rows: rows, keptApart: keptApart, calibrationPart: part)
    }

    private static func table(
        _ schema: Schema?, _ model: VariationalAutoencoder<Float>
    ) throws(TrainingError) -> TableCoding? {
        do {
            return try TableCoding(schema, model)
        } catch {
            throw .architecture(error)
        }
    }

    package var epochsDone: Int { history.count }
    package var isFinished: Bool { epochsDone >= options.epochs || stoppedEarly }
    package var stoppedEarly: Bool { stopping.shouldStop(patience: options.patience) }
    /// The epoch whose weights `bestParameters` holds, from 1.
    package var bestEpoch: Int { stopping.bestEpoch }

    /// The averaged weights with the best validation bound so far.
    package var bestParameters: Parameters<Float> {
        Parameters(ParameterLayout(architecture), vector: Matrix(bestWeights.values))
    }

    /// A copy of the first validation rows, binarised where training binarises; here and below with the places of their levels behind
    /// them where there is a condition.
    package func validationSample(count: Int) -> Matrix<Float> {
        let sample = Array(split.validation.prefix(count))
        return rows.binarises ? rows.labelled(rows.observe(sample).features, sample) : rows.gather(sample)
    }

    /// Copies of the first validation rows.
    func validationRows(count: Int) -> Matrix<Float> { rows.gather(Array(split.validation.prefix(count))) }

    /// Copies of the rows that neither fitting nor stopping has seen, as they are in the data.
    package var calibrationRows: Matrix<Float> { rows.gather(split.calibration) }

    /// Copies of at most `count` of the rows that the model was fitted to, spread over all.
    package func fittedRows(count: Int) -> Matrix<Float> {
        let total = split.training.count
        let chosen = min(count, total)
        return rows.gather((0..<chosen).map { split.training[$0 * total / chosen] })
    }

    /// Goes through the training rows once, then measures.
    ///
    /// - Parameter report: called after each step.
    /// - Throws: `TrainingError.notFinite` naming the step and the tensor.
    @discardableResult
    package func runEpoch(report: (TrainingProgress) -> Void = { _ in }) throws(TrainingError) -> EpochRecord {
        let epoch = epochsDone + 1
        let order = BatchOrder.epoch(split.training, number: epoch, seed: options.seed)
        var (terms, done) = (LossTerms(), 0)
        while done < order.count {
            let batch = order[done..<min(done + options.batchSize, order.count)]
            terms += try runStep(batch, epoch: epoch)
            done += batch.count
            report(
                TrainingProgress(
                    epoch: epoch, epochs: options.epochs, rowsDone: done, rows: order.count,
                    logLikelihood: terms.logLikelihood / Double(done),
                    klDivergence: terms.klDivergence / Double(done), last: history.last))
        }
        let record = measure(epoch: epoch, terms, rows: order.count)
        guard record.validationELBO.isFinite else {
            throw .notFinite(tensor: "the validation bound", step: step, epoch: epoch)
        }
        history.append(record)
        if stopping.observe(elbo: record.validationELBO, epoch: epoch) { bestWeights.assign(adam.average) }
        return record
    }

    private func measure(epoch: Int, _ terms: LossTerms, rows: Int) -> EpochRecord {
        let measured = validation.measure()
        return EpochRecord(
            epoch: epoch, trainingLogLikelihood: terms.logLikelihood / Double(rows),
            trainingKLDivergence: terms.klDivergence / Double(rows), beta: schedules.beta(step: step - 1),
            learningRate: schedules.learningRate(step: step - 1),
            validationLogLikelihood: measured.logLikelihood,
            validationKLDivergence: measured.klDivergence,
            activeUnits: measured.activeUnits)
    }

    // MARK: One step

    private func runStep(_ batch: ArraySlice<Int>, epoch: Int) throws(TrainingError) -> LossTerms {
        let pass = UInt32(truncatingIfNeeded: step * Self.shardCount)
        priorTape?.forward(PassNoise(seed: options.seed, number: pass))
        let terms = runShards(batch, epoch: epoch)
        priorTape?.backward(shards.compactMap(\.mixtureGradient), into: shards[0].gradients)
        let norm = reduceGradients()
        guard terms.logLikelihood.isFinite, terms.klDivergence.isFinite, norm.isFinite else {
            throw .notFinite(tensor: culprit(), step: step + 1, epoch: epoch)
        }
        // Before the update, whose moving average takes the running moments with the weights.
        for shard in shards { shard.absorbStatistics() }
        update(norm: norm)
        for tasks in refreshPhases where !tasks.isEmpty { Parallel.forEach(tasks.count) { tasks[$0]() } }
        step += 1
        return terms
    }

    /// Each shard's losses and gradients; the gradients stay in the shards.
    private func runShards(_ batch: ArraySlice<Int>, epoch: Int) -> LossTerms {
        let places = Array(batch)
        let parts = Parallel.ranges(places.count, pieces: Self.shardCount)
        let results = SharedResults(count: Self.shardCount, empty: LossTerms())
        let (shards, rows) = (shards, rows)
        let objective = Objective(
            weight: 1 / Double(places.count), beta: schedules.beta(step: step), freeBits: options.freeBits)
        let (step, seed) = (step, options.seed)
        Parallel.forEach(Self.shardCount) { i in
            Self.fill(shards[i], places[parts[i]], from: rows, epoch: epoch)
            let pass = UInt32(truncatingIfNeeded: step * Self.shardCount + i)
            shards[i].pass = PassNoise(seed: seed, number: pass)
            results.set(i, shards[i].run(rows: parts[i].count, objective))
        }
        return results.all.reduce(into: LossTerms()) { $0 += $1 }
    }

    /// Records and noise; both depend on the row and the epoch only.
    private static func fill(
        _ shard: GradientShard<Float>, _ places: ArraySlice<Int>, from rows: TrainingRows, epoch: Int
    ) {
        for (i, row) in places.enumerated() {
            rows.write(row, epoch: epoch, into: shard.input.rows(i..<i + 1))
            let stream = NoiseStream(seed: rows.seed, purpose: .posterior, index: UInt32(row), draw: UInt32(epoch))
            Float.normals(stream, into: shard.noise(row: i))
        }
    }

    /// Adds the shards' gradients into the first, in order, and returns the norm of the sum.
    private func reduceGradients() -> Double {
        let vectors = shards.map(\.gradients.vector) + (priorTape?.gradientVectors ?? [])
        let slices = Parallel.ranges(adam.weights.count, pieces: Self.sliceCount)
        let squares = SharedResults(count: slices.count, empty: 0.0)
        Parallel.forEach(slices.count) { i in
            let parts = vectors.map { $0.slice(from: slices[i].lowerBound, rows: 1, columns: slices[i].count) }
            for part in parts.dropFirst() { Float.add(part, to: parts[0]) }
            squares.set(i, Float.sumOfSquares(parts[0]))
        }
        return squares.all.reduce(0, +).squareRoot()
    }

    private func update(norm: Double) {
        var numbers = AdamStep(learningRate: schedules.learningRate(step: step))
        betaPowers.0 *= numbers.beta1
        betaPowers.1 *= numbers.beta2
        (numbers.correction1, numbers.correction2) = (1 - betaPowers.0, 1 - betaPowers.1)
        numbers.averageDecay = schedules.averageDecay(step: step)
        if options.clipNorm > 0, norm > options.clipNorm { numbers.gradientScale = options.clipNorm / norm }
        let (gradient, state, step) = (shards[0].gradients.vector, adam, numbers)
        let slices = Parallel.ranges(gradient.count, pieces: Self.sliceCount)
        Parallel.forEach(slices.count) { i in
            let (start, count) = (slices[i].lowerBound, slices[i].count)
            Float.adam(
                state.slice(from: start, count: count),
                gradient: gradient.slice(from: start, rows: 1, columns: count), step: step)
        }
    }

    /// The first tensor that is not finite: among the weights, then among the gradients.
    private func culprit() -> String {
        if let (tensor, _) = model.parameters.firstNonFinite() { return "the weight '\(tensor)'" }
        if let (tensor, _) = shards[0].gradients.firstNonFinite() { return "the gradient of '\(tensor)'" }
        return "the loss"
    }
}

extension Trainer {
    /// Everything that decides how the run goes on, for a checkpoint.
    var state: TrainingState {
        TrainingState(
            weights: adam.weights.values, firstMoment: adam.firstMoment.values,
            secondMoment: adam.secondMoment.values, average: adam.average.values, best: bestWeights.values,
            step: step, betaPowers: betaPowers, stopping: stopping, history: history)
    }

    /// Goes on from a state of the same run.
    func restore(_ state: TrainingState) {
        adam.weights.assign(state.weights)
        adam.firstMoment.assign(state.firstMoment)
        adam.secondMoment.assign(state.secondMoment)
        adam.average.assign(state.average)
        bestWeights.assign(state.best)
        (step, betaPowers, stopping, history) = (state.step, state.betaPowers, state.stopping, state.history)
        for task in refreshPhases.joined() { task() }
    }
}
