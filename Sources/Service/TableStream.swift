import DataFiles
import HTTPServer
import Inference
import Kernels
import RecordIO

/// Answers a table of any length in memory that does not grow with it: batches are read, computed and printed while others
/// wait for their turn, and the answer is put aside until the last record is known to be good.
///
/// It waits for batches, so it has a thread of its own.
struct TableStream: ~Copyable {
    private let plan: OperationPlan
    private let bodyForm: MediaForm
    private let form: MediaForm
    private let account: RequestAccount
    private let timeout: Duration
    private let isCancelled: @Sendable () -> Bool

    private var spool = SpooledBytes()
    private var waiting: [PendingBatch] = []
    private var body: AnswerBody?
    private var (records, faults) = (0, 0)

    /// Batches of one request that are computed or wait; more would only keep others waiting.
    private static let mostWaiting = 4
    /// Bytes of a batch: its answer is then not large either, since a record has a byte for each of its cells.
    private static let chunkSize = 128 << 10

    /// - Parameters:
    ///   - bodyForm: CSV or NDJSON.
    ///   - form: of the answer.
    ///   - timeout: of each batch.
    ///   - isCancelled: true when nobody waits for the answer any more.
    init(
        _ plan: OperationPlan, _ bodyForm: MediaForm, _ form: MediaForm, _ account: RequestAccount, timeout: Duration,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.plan, self.bodyForm, self.form, self.account) = (plan, bodyForm, form, account)
        (self.timeout, self.isCancelled) = (timeout, isCancelled)
    }

    /// The whole answer.
    consuming func run(_ source: any ByteSource) throws(ServiceError) -> HTTPContent {
        do {
            if bodyForm == .csv { try runTable(source) } else { try runLines(source) }
        } catch {
            throw ServiceError(reading: error)
        }
        while !waiting.isEmpty { try finishFirst() }
        guard let body else { throw .emptyInput(field: "the body") }
        try append(body.tail(faults: faults))
        do {
            return try spool.finish()
        } catch {
            throw ServiceError(error)
        }
    }

    private mutating func runTable(_ source: any ByteSource) throws {
        var chunks = try CSVChunks(source, chunkSize: Self.chunkSize, recordLimit: TableReading.recordLimit)
        let reading = try TableReading(plan, columns: chunks.columns)
        while let chunk = try chunks.next() {
            let batch = try account.measure(.parse) { try reading.read(chunk) }
            try add(batch, firstRow: chunk.firstRow, hasIDs: reading.hasIDs)
        }
    }

    private mutating func runLines(_ source: any ByteSource) throws {
        var chunks = LineChunks(source, chunkSize: Self.chunkSize, lineLimit: TableReading.recordLimit)
        let reading = try TableReading(plan, columns: nil)
        while let chunk = try chunks.next() {
            let batch = try account.measure(.parse) { try reading.read(chunk) }
            try add(batch, firstRow: chunk.firstRow, hasIDs: reading.hasIDs)
        }
    }

    // MARK: Batches

    private mutating func add(_ batch: RecordBatch, firstRow: Int, hasIDs: Bool) throws(ServiceError) {
        guard batch.count > 0 else { return }
        let body = if let body { body } else { try begin(hasIDs: hasIDs) }
        let pending = PendingBatch(plan, batch, firstRow: firstRow, isFirst: records == 0, body, account)
        submit(pending)
        waiting.append(pending)
        records += batch.count
        account.addRows(batch.count)
        faults += batch.faults.count
        while waiting.count >= Self.mostWaiting { try finishFirst() }
    }

    private mutating func begin(hasIDs: Bool) throws(ServiceError) -> AnswerBody {
        let body = AnswerBody(plan, form, namesColumns: true, hasIDs: hasIDs)
        self.body = body
        try append(body.head())
        return body
    }

    private func submit(_ pending: PendingBatch) {
        pending.submit(deadline: .now + timeout, isCancelled: isCancelled)
    }

    private mutating func finishFirst() throws(ServiceError) {
        let pending = waiting.removeFirst()
        let deadline = ContinuousClock.now + timeout
        while true {
            guard let result = pending.wait() else {
                // Nobody computes for one who is gone.
                if isCancelled() { throw .deadlineExceeded }
                continue
            }
            switch result {
            case .success(let bytes): return try append(bytes)
            // Other requests fill the queue: this one can wait, and so does its client.
            case .failure(.queueFull) where ContinuousClock.now < deadline && !isCancelled():
                pending.pause()
                submit(pending)
            case .failure(let error): throw error
            }
        }
    }

    private mutating func append(_ bytes: [UInt8]) throws(ServiceError) {
        do {
            try spool.append(bytes)
        } catch {
            throw ServiceError(error)
        }
    }
}
