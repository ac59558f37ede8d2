import Kernels

/// Decides which waiting shards are computed together. A value: it neither locks nor computes.
struct BatchQueue {
    /// Rows of one batch; more would leave the cache and keep others waiting.
    let maxBatchRows: Int
    /// Rows that may wait.
    let maxQueuedRows: Int
    private var shards: [JobShard] = []
    private(set) var queuedRows = 0

    init(maxBatchRows: Int, maxQueuedRows: Int) {
        (self.maxBatchRows, self.maxQueuedRows) = (maxBatchRows, maxQueuedRows)
    }

    var isEmpty: Bool { shards.isEmpty }

    /// Cuts a job into shards and queues them, behind all that are as urgent.
    ///
    /// - Returns: whether there was room; a job that finds an empty queue is always taken, however large.
    mutating func append(_ job: InferenceJob) -> Bool {
        let rows = job.input.rows
        guard queuedRows == 0 || queuedRows + rows <= maxQueuedRows else { return false }
        let shardRows = job.operation.batchRows(limit: maxBatchRows)
        let place = (shards.lastIndex { $0.job.priority >= job.priority } ?? -1) + 1
        let cut = stride(from: 0, to: rows, by: shardRows).map { start in
            JobShard(job: job, rows: start..<min(start + shardRows, rows))
        }
        shards.insert(contentsOf: cut, at: place)
        queuedRows += rows
        return true
    }

    /// The first shard and every other of the same operation that fits beside it.
    mutating func nextBatch() -> [JobShard] {
        guard let first = shards.first else { return [] }
        let mostRows = first.job.operation.batchRows(limit: maxBatchRows)
        var (batch, rest, rows) = ([JobShard](), [JobShard](), 0)
        for shard in shards {
            if shard.job.operation == first.job.operation, rows + shard.rows.count <= mostRows {
                batch.append(shard)
                rows += shard.rows.count
            } else {
                rest.append(shard)
            }
        }
        shards = rest
        queuedRows -= rows
        return batch
    }
}
