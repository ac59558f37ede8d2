import Kernels
import VAE

/// Holds trained weights and computes, one batch at a time, on a thread of its own or on that of a visitor.
///
/// It decides nothing: the batcher forms the batches. While it computes it does not await.
actor ModelActor {
    private nonisolated let executor: any SerialExecutor
    private let model: TrainedModel
    private let runner: OperationRunner
    private let statistics: EngineStatistics
    private let pace: PaceTable

    init(_ model: TrainedModel, _ statistics: EngineStatistics, _ pace: PaceTable, executor: any SerialExecutor) {
        (self.model, self.statistics, self.pace, self.executor) = (model, statistics, pace, executor)
        runner = OperationRunner(model)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Computes batches until the batcher closes.
    ///
    /// - Parameter executor: the actor's own.
    func serve(_ batcher: Batcher, on executor: ComputeExecutor) async {
        while let batch = await batcher.next(on: executor) { compute(batch) }
    }

    func compute(_ batch: [JobShard]) {
        let now = ContinuousClock.now
        let live = dropExpired(batch, at: now)
        if live.count == 1 { return computeAlone(live[0], from: now) }
        if !live.isEmpty { computeTogether(live, from: now) }
    }

    private func dropExpired(_ batch: [JobShard], at now: ContinuousClock.Instant) -> [JobShard] {
        batch.filter { shard in
            guard shard.job.isExpired(at: now) else { return true }
            shard.job.finish(rows: shard.rows.count, failure: .deadlineExceeded, statistics)
            return false
        }
    }

    /// One shard needs no copies: it is computed from and into its job's own memory.
    private func computeAlone(_ shard: JobShard, from began: ContinuousClock.Instant) {
        let (job, rows) = (shard.job, shard.rows)
        do {
            try runner.run(
                job.operation, job.input.rows(rows), positions: Array(rows), into: job.output.rows(rows))
            let ended = ContinuousClock.now
            statistics.count([shard], BatchTiming(began: began, gathered: began, computed: ended, ended: ended))
            pace.note(ended - began, job.operation, rows: rows.count)
            job.finish(rows: rows.count, statistics, from: began, at: ended)
        } catch {
            if case .notFinite = error { statistics.countNotFiniteRow() }
            job.finish(
                rows: rows.count, failure: error.shifted(by: rows.lowerBound), statistics, from: began)
        }
    }

    private func computeTogether(_ shards: [JobShard], from began: ContinuousClock.Instant) {
        let rows = shards.reduce(0) { $0 + $1.rows.count }
        let operation = shards[0].job.operation
        let input = Matrix<Float>(rows: rows, columns: shards[0].job.input.columns)
        let output = InferenceOutput(operation, rows: rows, model: model)
        let places = Self.places(shards)
        for (shard, place) in zip(shards, places) { input.rows(place).assign(shard.job.input.rows(shard.rows)) }
        let gathered = ContinuousClock.now
        do {
            try runner.run(operation, input, positions: shards.flatMap { Array($0.rows) }, into: output)
        } catch {
            // One request's bad row must not fail its neighbours: each is computed by itself and answers for itself.
            for shard in shards { computeAlone(shard, from: .now) }
            return
        }
        let computed = ContinuousClock.now
        for (shard, place) in zip(shards, places) { shard.job.output.rows(shard.rows).assign(output.rows(place)) }
        let ended = ContinuousClock.now
        statistics.count(shards, BatchTiming(began: began, gathered: gathered, computed: computed, ended: ended))
        pace.note(ended - began, operation, rows: rows)
        for shard in shards { shard.job.finish(rows: shard.rows.count, statistics, from: began, at: ended) }
    }

    /// Where each shard's rows lie in the batch.
    private static func places(_ shards: [JobShard]) -> [Range<Int>] {
        var start = 0
        return shards.map { shard in
            defer { start += shard.rows.count }
            return start..<start + shard.rows.count
        }
    }
}
