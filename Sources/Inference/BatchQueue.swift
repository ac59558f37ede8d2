import Kernels

/// Decides which waiting shards are computed together. A value: it neither locks nor computes.
///
/// There are two lines. Small jobs come as they arrive; large ones (several shards, or rows that cost many passes) take turns shard
/// by shard. Where both wait, every second batch is for each, so that neither keeps the other waiting for long.
struct BatchQueue {
    /// A shard and, in the line of the large ones, the number of batches of that line after which it is due.
    private struct Waiting {
        let shard: JobShard
        let turn: Int
    }

    private let limits: ModelEngine.Limits
    /// Who share the rows of a large job.
    private let workers: Int
    private var small: [Waiting] = []
    private var large: [Waiting] = []
    private(set) var queuedRows = 0
    /// Those of large jobs.
    private var largeRows = 0
    private var largeBatchesTaken = 0
    private var lastWasLarge = false

    init(_ limits: ModelEngine.Limits, workers: Int) {
        (self.limits, self.workers) = (limits, workers)
    }

    var isEmpty: Bool { small.isEmpty && large.isEmpty }

    /// Cuts a job into shards and queues them.
    ///
    /// - Returns: nil, or the limit of rows that leaves no room for it; a job that finds an empty queue is always taken, however
    ///   large.
    mutating func append(_ job: InferenceJob) -> Int? {
        let rows = job.input.rows
        let most = job.operation.batchRows(limit: limits.maxBatchRows)
        let isLarge = rows > most || job.operation.isCostly(rows: rows)
        if let limit = exceededLimit(rows, isLarge: isLarge) { return limit }
        queuedRows += rows
        let shardRows = shardRows(of: rows, most: most)
        let cut = stride(from: 0, to: rows, by: shardRows).map { start in
            JobShard(job: job, rows: start..<min(start + shardRows, rows))
        }
        if isLarge { appendLarge(cut, rows: rows) } else { cut.forEach { append($0) } }
        return nil
    }

    /// As many pieces as workers where each has enough to do: one request then ends sooner.
    private func shardRows(of rows: Int, most: Int) -> Int {
        let pieces = min(workers, rows / Self.worthSharing)
        return pieces > 1 ? min(most, (rows + pieces - 1) / pieces) : most
    }

    /// Rows of a piece that pay for waking a worker.
    private static let worthSharing = 64

    /// The rows of large jobs count as half of the room at most, so that small ones find some beside the largest.
    private func exceededLimit(_ rows: Int, isLarge: Bool) -> Int? {
        if queuedRows == 0 { return nil }
        let half = limits.maxQueuedRows / 2
        let smallRows = queuedRows - largeRows
        if isLarge { return smallRows <= half && (largeRows == 0 || largeRows + rows <= half) ? nil : half }
        return smallRows + rows <= limits.maxQueuedRows - min(largeRows, half) ? nil : limits.maxQueuedRows
    }

    /// Behind all that are as urgent.
    private mutating func append(_ shard: JobShard) {
        let place = (small.lastIndex { $0.shard.job.priority >= shard.job.priority } ?? -1) + 1
        small.insert(Waiting(shard: shard, turn: 0), at: place)
    }

    /// Of so many large jobs, each is due in every so-manieth batch of theirs.
    private mutating func appendLarge(_ shards: [JobShard], rows: Int) {
        largeRows += rows
        let largeJobs = Set(large.map { ObjectIdentifier($0.shard.job) }).count + 1
        var rest = shards.enumerated().map { place, shard in
            Waiting(shard: shard, turn: largeBatchesTaken + place * largeJobs)
        }[...]
        var merged: [Waiting] = []
        merged.reserveCapacity(large.count + rest.count)
        for old in large {
            while let new = rest.first, Self.comesBefore(new, old) { merged.append(rest.removeFirst()) }
            merged.append(old)
        }
        large = merged + rest
    }

    private static func comesBefore(_ a: Waiting, _ b: Waiting) -> Bool {
        let (first, second) = (a.shard.job.priority, b.shard.job.priority)
        return first == second ? a.turn < b.turn : first > second
    }

    /// The shard whose turn it is and every other of the same operation that fits beside it.
    mutating func nextBatch() -> [JobShard] {
        guard let takesLarge = nextIsLarge, let first = (takesLarge ? large : small).first?.shard else { return [] }
        lastWasLarge = takesLarge
        if takesLarge { largeBatchesTaken += 1 }
        var batch: [JobShard] = []
        var room = limits.isBatching ? first.job.operation.batchRows(limit: limits.maxBatchRows) : first.rows.count
        if takesLarge { largeRows -= Self.take(&large, of: first.job.operation, &room, into: &batch) }
        Self.take(&small, of: first.job.operation, &room, into: &batch)
        if !takesLarge { largeRows -= Self.take(&large, of: first.job.operation, &room, into: &batch) }
        queuedRows -= batch.reduce(0) { $0 + $1.rows.count }
        return batch
    }

    /// Nil when nothing waits. The more urgent line goes first; among equals they alternate.
    private var nextIsLarge: Bool? {
        guard let smallFirst = small.first, let largeFirst = large.first else {
            return isEmpty ? nil : small.isEmpty
        }
        let (a, b) = (smallFirst.shard.job.priority, largeFirst.shard.job.priority)
        return a == b ? !lastWasLarge : b > a
    }

    /// - Returns: how many rows were taken.
    @discardableResult private static func take(
        _ waiting: inout [Waiting], of operation: Operation, _ room: inout Int, into batch: inout [JobShard]
    ) -> Int {
        var rest: [Waiting] = []
        let before = room
        for one in waiting {
            if one.shard.job.operation == operation, one.shard.rows.count <= room {
                batch.append(one.shard)
                room -= one.shard.rows.count
            } else {
                rest.append(one)
            }
        }
        waiting = rest
        return before - room
    }
}
