import DataFiles
import RecordIO
import VAE

/// From a chunk of text to a batch of rows.
enum PieceReading: Sendable {
    case table(CSVRecords, columns: [String])
    case lines(JSONRecords)
    case vectorTable(VectorRecords, columns: [String])
    case vectorLines(VectorRecords)

    /// Appends to the batch, which has the records before the failure when one is thrown.
    func read(_ chunk: RecordChunk, into batch: inout RecordBatch) throws(BulkError) {
        do {
            switch self {
            case .table(let records, let columns):
                var reader = CSVReader(chunk, columns: columns)
                try records.read(&reader, into: &batch)
            case .lines(let records): try records.read(chunk, into: &batch)
            case .vectorTable(let records, let columns):
                var reader = CSVReader(chunk, columns: columns)
                try records.read(&reader, into: &batch)
            case .vectorLines(let records): try records.read(chunk, into: &batch)
            }
        } catch let error as DataFileError {
            throw .data(error)
        } catch {
            preconditionFailure("reading with skipped faults threw \(error)")
        }
    }
}

extension LikelihoodSpecification {
    var support: VectorRecords.Support {
        isOfUnitInterval ? .unitInterval : .anyNumber
    }
}
