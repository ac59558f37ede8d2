import JSON
import Kernels
import RecordIO
import VAE

/// Records as objects, `{"amount": 12.5, …}`, in any order of their columns.
struct NamedRecords {
    private let records: JSONRecords

    /// - Throws: `ServiceError.noColumns` for a model of plain vectors.
    init(_ model: ServedModel) throws(ServiceError) {
        guard let schema = model.model.schema, let records = try? JSONRecords(RecordReading(schema)) else {
            throw .noColumns(model: model.name)
        }
        self.records = records
    }

    func matrix(_ array: JSONElement) throws(ServiceError) -> Matrix<Float> {
        do {
            let batch = try records.read(array)
            if batch.count == 0 { throw ServiceError.emptyInput(field: "records") }
            try OperationRequest.checkRows(batch.count)
            return batch.matrix
        } catch let error as JSONError {
            throw ServiceError(error, columnName: String.init)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError.missingColumn(row: 0, column: "\(error)")
        }
    }
}
