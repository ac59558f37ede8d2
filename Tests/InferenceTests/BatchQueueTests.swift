import Kernels
import Testing
import VAE

@testable import Inference

@Suite struct BatchQueueTests {
    private let model: TrainedModel

    init() throws {
        model = try TestModel.make()
    }

    private func job(_ operation: Operation, rows: Int, priority: JobPriority = .usual) -> InferenceJob {
        InferenceJob(
            operation, input: TestModel.input(operation, rows: rows), model: model, deadline: .now + .seconds(60),
            priority: priority
        ) { _ in }
    }

    private func taken(_ job: InferenceJob, by queue: inout BatchQueue) -> Bool { queue.append(job) == nil }

    private func nextRanges(_ queue: inout BatchQueue) -> [Range<Int>] { queue.nextBatch().map(\.rows) }

    @Test func givesNothingWhenEmpty() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 10), workers: 1)
        #expect(queue.isEmpty && queue.queuedRows == 0)
        let batch = queue.nextBatch()
        #expect(batch.isEmpty)
    }

    /// 16,384 passes through the decoder at most, or one row.
    @Test(arguments: [(0, 10), (16, 10), (4_096, 4), (10_000, 1)])
    func cutsCostlyRowsIntoSmallerBatches(samples: Int, largest: Int) {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 16, maxQueuedRows: 100), workers: 1)
        for rows in [7, 3] {
            #expect(taken(job(.score(ScoreSettings(samples: samples, seed: 1)), rows: rows), by: &queue))
        }
        var sizes: [Int] = []
        while !queue.isEmpty { sizes.append(queue.nextBatch().reduce(0) { $0 + $1.rows.count }) }
        #expect(sizes.reduce(0, +) == 10 && sizes.max() == largest)
    }

    @Test func groupsTheSameOperationInOrder() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 8, maxQueuedRows: 100), workers: 1)
        let jobs = [job(.reconstruct, rows: 1), job(.reconstruct, rows: 2), job(.reconstruct, rows: 3)]
        for job in jobs { #expect(taken(job, by: &queue)) }
        #expect(queue.queuedRows == 6)
        let batch = queue.nextBatch()
        #expect(batch.count == 3 && zip(batch, jobs).allSatisfy { $0.job === $1 })
        #expect(batch.map(\.rows) == [0..<1, 0..<2, 0..<3])
        #expect(queue.isEmpty && queue.queuedRows == 0)
    }

    /// Each wish overtakes those of less, and nobody else: 1, then 2 and those that say nothing, then 3.
    @Test func theUrgentComesFirst() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 2, maxQueuedRows: 100), workers: 1)
        let levels: [UInt64] = [3, 0, 2, 1, 0, 1, 9]
        let jobs = levels.map { job(.reconstruct, rows: 2, priority: JobPriority(level: $0)) }
        for job in jobs { #expect(taken(job, by: &queue)) }
        var order: [Int] = []
        while !queue.isEmpty {
            let batch = queue.nextBatch()
            order += jobs.indices.filter { batch[0].job === jobs[$0] }
        }
        #expect(order == [3, 5, 1, 2, 4, 0, 6])
    }

    @Test func neverMixesOperationsAndServesTheLongestWaitingFirst() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 8, maxQueuedRows: 100), workers: 1)
        let operations: [Operation] = [
            .encode(drawSeed: nil), .encode(drawSeed: 1), .encode(drawSeed: nil),
            .score(ScoreSettings(samples: 2, seed: 1)),
            .score(ScoreSettings(samples: 2, seed: 2)), .encode(drawSeed: 1),
        ]
        let jobs = operations.map { job($0, rows: 1) }
        for job in jobs { #expect(taken(job, by: &queue)) }
        let batches = (0..<4).map { _ in queue.nextBatch() }
        let expected = [[jobs[0], jobs[2]], [jobs[1], jobs[5]], [jobs[3]], [jobs[4]]]
        for (batch, expected) in zip(batches, expected) {
            #expect(batch.count == expected.count && zip(batch, expected).allSatisfy { $0.job === $1 })
        }
        #expect(queue.isEmpty)
    }

    @Test func keepsWithinTheRowLimitAndFillsGaps() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 100), workers: 1)
        let jobs = [3, 2, 1].map { job(.reconstruct, rows: $0) }
        for job in jobs { #expect(taken(job, by: &queue)) }
        // The second does not fit beside the first; the third does.
        let first = queue.nextBatch()
        #expect(first.count == 2 && first[0].job === jobs[0] && first[1].job === jobs[2])
        #expect(queue.queuedRows == 2)
        let second = queue.nextBatch()
        #expect(second.count == 1 && second[0].job === jobs[1])
    }

    /// However much of another operation comes, what waits longest is in the next batch.
    @Test func nobodyStarves() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 1_000), workers: 1)
        let rare = job(.reconstruct, rows: 4)
        let common = Operation.encode(drawSeed: nil)
        #expect(taken(job(common, rows: 4), by: &queue))
        #expect(taken(rare, by: &queue))
        for _ in 0..<20 { #expect(taken(job(common, rows: 1), by: &queue)) }
        let (first, second) = (queue.nextBatch(), queue.nextBatch())
        #expect(first.allSatisfy { $0.job !== rare })
        #expect(second.map { $0.job === rare } == [true])
    }

    @Test func cutsALargeJobIntoShards() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 100), workers: 1)
        let large = job(.reconstruct, rows: 10)
        #expect(taken(large, by: &queue))
        #expect(nextRanges(&queue) == [0..<4])
        #expect(nextRanges(&queue) == [4..<8])
        #expect(nextRanges(&queue) == [8..<10])
        #expect(queue.isEmpty)
    }

    /// Even when small ones come faster than they can be computed, the large one gets every second batch.
    @Test func aLargeJobAndSmallOnesTakeTurns() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 1_000), workers: 1)
        let large = job(.reconstruct, rows: 40)
        #expect(taken(large, by: &queue))
        var order: [Bool] = []
        for _ in 0..<12 {
            #expect(taken(job(.encode(drawSeed: nil), rows: 4), by: &queue))
            order.append(queue.nextBatch()[0].job === large)
        }
        #expect(order == [true, false, true, false, true, false, true, false, true, false, true, false])
    }

    /// A small one that comes now and then goes before all that is left of the large one.
    @Test func aLateSmallJobOvertakesALargeOne() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 1_000), workers: 1)
        #expect(taken(job(.reconstruct, rows: 400), by: &queue))
        for _ in 0..<20 {
            _ = (queue.nextBatch(), queue.nextBatch())
            let small = job(.encode(drawSeed: nil), rows: 1)
            #expect(taken(small, by: &queue))
            #expect(queue.nextBatch()[0].job === small)
        }
    }

    /// However many large ones wait, a small one waits for one batch of theirs.
    @Test func manyLargeJobsKeepNoSmallOneWaiting() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 10_000), workers: 1)
        for _ in 0..<16 { #expect(taken(job(.reconstruct, rows: 80), by: &queue)) }
        for _ in 0..<100 {
            _ = queue.nextBatch()
            let small = job(.encode(drawSeed: nil), rows: 1)
            #expect(taken(small, by: &queue))
            #expect(queue.nextBatch()[0].job === small)
        }
    }

    /// A small large job does not wait for the end of a larger one.
    @Test func largeJobsTakeTurns() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 10_000), workers: 1)
        let (long, short) = (job(.reconstruct, rows: 400), job(.encode(drawSeed: nil), rows: 8))
        for job in [long, short] { #expect(taken(job, by: &queue)) }
        let order = (0..<5).map { _ in queue.nextBatch()[0].job === short }
        #expect(order.filter { $0 }.count == 2)
    }

    /// A row of 10,000 samples takes as long as hundreds of others.
    @Test func costlyRowsAreLarge() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 256, maxQueuedRows: 1_000), workers: 1)
        for seed in 0..<20 {
            #expect(taken(job(.score(ScoreSettings(samples: 10_000, seed: UInt64(seed))), rows: 1), by: &queue))
        }
        _ = queue.nextBatch()
        let small = job(.encode(drawSeed: nil), rows: 1)
        #expect(taken(small, by: &queue))
        #expect(queue.nextBatch()[0].job === small)
    }

    /// Beside the largest job there is room for small ones, and none for a second large one.
    @Test func largeJobsFillHalfOfTheRoom() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 20), workers: 1)
        #expect(taken(job(.reconstruct, rows: 1_000), by: &queue))
        #expect(queue.append(job(.reconstruct, rows: 8)) == 10)
        for rows in [4, 4, 2] { #expect(taken(job(.encode(drawSeed: nil), rows: rows), by: &queue)) }
        #expect(queue.append(job(.encode(drawSeed: nil), rows: 1)) == 20)
        while !queue.isEmpty { _ = queue.nextBatch() }
        #expect(queue.queuedRows == 0)
        #expect(taken(job(.reconstruct, rows: 8), by: &queue))
        #expect(!taken(job(.reconstruct, rows: 8), by: &queue))
    }

    @Test func refusesWhenFull() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 10), workers: 1)
        for rows in [4, 4, 2] { #expect(taken(job(.reconstruct, rows: rows), by: &queue)) }
        #expect(!taken(job(.reconstruct, rows: 1), by: &queue))
        // A refusal leaves the queue as it was.
        #expect(queue.queuedRows == 10)
        #expect(nextRanges(&queue) == [0..<4])
        #expect(taken(job(.encode(drawSeed: nil), rows: 4), by: &queue))
        #expect(!taken(job(.reconstruct, rows: 1), by: &queue))
    }

    @Test func takesAHugeJobIntoAnEmptyQueue() {
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 4, maxQueuedRows: 10), workers: 1)
        #expect(taken(job(.reconstruct, rows: 1_001), by: &queue))
        #expect(queue.queuedRows == 1_001)
        #expect(!taken(job(.reconstruct, rows: 5), by: &queue))
        var next = 0
        while !queue.isEmpty {
            for shard in queue.nextBatch() {
                #expect(shard.rows.lowerBound == next && shard.rows.count <= 4)
                next = shard.rows.upperBound
            }
        }
        #expect(next == 1_001 && queue.queuedRows == 0)
    }
}
