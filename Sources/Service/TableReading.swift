import DataFiles
import RecordIO
import VAE

/// How the text of a table or of lines becomes records, for any model.
///
/// A table of a model of plain vectors is read by position: its header may say what it likes.
struct TableReading {
    private enum Way {
        case table(CSVRecords)
        case lines(JSONRecords)
        case vectorTable(VectorRecords)
        case vectorLines(VectorRecords)
    }

    /// A longer record is a missing quote or line end, and would be held in memory.
    static let recordLimit = 1 << 20

    private let way: Way
    private let columns: [String]
    private let width: Int
    private let policy: FaultPolicy

    /// - Parameter columns: those of the table; nil for lines.
    /// - Throws: `RecordError` when they are not the model's.
    init(_ plan: OperationPlan, columns: [String]?) throws {
        (width, policy) = (plan.recordWidth, plan.policy)
        self.columns = columns ?? []
        way =
            if let reading = plan.reading {
                if let columns {
                    .table(try CSVRecords(header: columns, reading))
                } else {
                    .lines(try JSONRecords(reading))
                }
            } else {
                try Self.vectors(plan, width, columns)
            }
    }

    /// Whether records may have names of their own.
    var hasIDs: Bool {
        switch way {
        case .table(let records): records.hasIDs
        case .lines(let records): records.hasIDs
        case .vectorTable(let records): records.hasIDs
        case .vectorLines: false
        }
    }

    private static func vectors(_ plan: OperationPlan, _ width: Int, _ columns: [String]?) throws -> Way {
        let support: VectorRecords.Support =
            plan.model.model.network.architecture.likelihood.isOfUnitInterval ? .unitInterval : .anyNumber
        guard let columns else { return .vectorLines(VectorRecords(width: width, support: support)) }
        return .vectorTable(
            try VectorRecords(header: columns, width: width, support: support, idColumn: plan.idColumn))
    }

    /// The records of a chunk.
    ///
    /// - Throws: `DataFileError` for what is no table, `RecordIOError.fault` for a bad record unless such are skipped.
    func read(_ chunk: RecordChunk) throws -> RecordBatch {
        var batch = RecordBatch(width: width)
        switch way {
        case .table, .vectorTable:
            var reader = CSVReader(chunk, columns: columns, recordLimit: Self.recordLimit)
            try read(&reader, into: &batch)
        case .lines(let records): try records.read(chunk, into: &batch, lineLimit: Self.recordLimit)
        case .vectorLines(let records): try records.read(chunk, into: &batch, lineLimit: Self.recordLimit)
        }
        return try checked(batch)
    }

    /// The records of the rest of a table.
    func read(_ reader: inout CSVReader) throws -> RecordBatch {
        var batch = RecordBatch(width: width)
        try read(&reader, into: &batch)
        return try checked(batch)
    }

    private func read(_ reader: inout CSVReader, into batch: inout RecordBatch) throws {
        switch way {
        case .table(let records): try records.read(&reader, into: &batch)
        case .vectorTable(let records): try records.read(&reader, into: &batch)
        case .lines, .vectorLines: preconditionFailure("lines are not a table")
        }
    }

    /// Vectors are read on behind a bad one.
    private func checked(_ batch: RecordBatch) throws(RecordIOError) -> RecordBatch {
        if policy == .stop, let fault = batch.faults.first { throw .fault(fault) }
        return batch
    }
}
