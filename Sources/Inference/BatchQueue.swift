import Kernels

/// Decides which waiting shards are computed together. A value: it neither locks nor computes.
///
/// Among jobs of one priority, those of one batch come as they arrive. A larger job is due every second batch, or with others
/// of its kind together: one that comes meanwhile goes before the rest of it, and however many come, it gets a third of the
/// batches (start-time fair queueing, the time being batches taken).
struct BatchQueue {
    /// A shard and the number of batches after which it is due.
    private struct Waiting {
        let shard: JobShard
        let turn: Int
    }

    /// Rows of one batch; more would leave the cache and keep others waiting.
    let maxBatchRows: Int
    /// Rows that may wait; those of large jobs may fill half of it.
    let maxQueuedRows: Int
    private var waiting: [Waiting] = []
    private(set) var queuedRows = 0
    /// Jobs of several shards that have not been taken entirely, and their rows that wait.
    private var largeJobs = 0
    private var largeRows = 0
    private var batchesTaken = 0

    init(maxBatchRows: Int, maxQueuedRows: Int) {
        (self.maxBatchRows, self.maxQueuedRows) = (maxBatchRows, maxQueuedRows)
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Cuts a job into shards and queues them.
    ///
    /// - Returns: whether there was room; a job that finds an empty queue is always taken, however large.
    mutating func append(_ job: InferenceJob) -> Bool {
        let rows = job.input.rows
        let shardRows = job.operation.batchRows(limit: maxBatchRows)
        let isLarge = rows > shardRows
        guard hasRoom(for: rows, isLarge: isLarge) else { return false }
        if isLarge {
            largeJobs += 1
            largeRows += rows
        }
        let step = isLarge ? 2 * largeJobs : 0
        let cut = stride(from: 0, to: rows, by: shardRows).enumerated().map { place, start in
            Waiting(
                shard: JobShard(job: job, rows: start..<min(start + shardRows, rows)),
                turn: batchesTaken + place * step)
        }
        insert(cut)
        queuedRows += rows
        return true
    }

    /// The rows of large jobs count as half of the room at most, so that small ones find some beside the largest.
    private func hasRoom(for rows: Int, isLarge: Bool) -> Bool {
        if queuedRows == 0 { return true }
        let half = maxQueuedRows / 2
        let smallRows = queuedRows - largeRows
        if isLarge { return smallRows <= half && (largeRows == 0 || largeRows + rows <= half) }
        return smallRows + rows <= maxQueuedRows - min(largeRows, half)
    }

    /// Each behind all that are as urgent and due no later.
    private mutating func insert(_ shards: [Waiting]) {
        if shards.count == 1, let only = shards.first {
            let place = waiting.lastIndex { !Self.comesBefore(only, $0) } ?? -1
            return waiting.insert(only, at: place + 1)
        }
        var (merged, rest) = ([Waiting](), shards[...])
        merged.reserveCapacity(waiting.count + shards.count)
        for old in waiting {
            while let new = rest.first, Self.comesBefore(new, old) { merged.append(rest.removeFirst()) }
            merged.append(old)
        }
        waiting = merged + rest
    }

    private static func comesBefore(_ a: Waiting, _ b: Waiting) -> Bool {
        let (first, second) = (a.shard.job.priority, b.shard.job.priority)
        return first == second ? a.turn < b.turn : first > second
    }

    /// The first shard and every other of the same operation that fits beside it.
    mutating func nextBatch() -> [JobShard] {
        guard let first = waiting.first?.shard else { return [] }
        let mostRows = first.job.operation.batchRows(limit: maxBatchRows)
        var (batch, rest, rows) = ([JobShard](), [Waiting](), 0)
        for one in waiting {
            if one.shard.job.operation == first.job.operation, rows + one.shard.rows.count <= mostRows {
                batch.append(one.shard)
                rows += one.shard.rows.count
            } else {
                rest.append(one)
            }
        }
        waiting = rest
        queuedRows -= rows
        batchesTaken += 1
        for shard in batch where shard.rows.count < shard.job.input.rows { takeLarge(shard) }
        return batch
    }

    private mutating func takeLarge(_ shard: JobShard) {
        largeRows -= shard.rows.count
        if !waiting.contains(where: { $0.shard.job === shard.job }) { largeJobs -= 1 }
    }
}
