import JSON
import Kernels
import VAE

/// Records as objects, `{"amount": 12.5, …}`, in any order of their columns.
struct NamedRecords {
    private let places: [String: Int]
    private let names: [String]

    /// - Throws: `ServiceError.noColumns` for a model of plain vectors.
    init(_ model: ServedModel) throws(ServiceError) {
        guard let columns = model.model.columns else { throw .noColumns(model: model.name) }
        names = columns.names
        places = columns.places
    }

    func matrix(_ records: JSONElement) throws(ServiceError) -> Matrix<Float> {
        var (values, rows) = ([Float](), 0)
        do {
            for record in try records.elements() {
                values += try row(record, number: rows)
                rows += 1
            }
        } catch let error as JSONError {
            throw ServiceError(error, columnName: String.init)
        } catch let error as ServiceError {
            throw error
        } catch {
            preconditionFailure("an error of another kind: \(error)")
        }
        if rows == 0 { throw .emptyInput(field: "records") }
        try OperationRequest.checkRows(rows)
        return Matrix(values, rows: rows, columns: names.count)
    }

    private func row(_ record: JSONElement, number: Int) throws -> [Float] {
        var values = [Float?](repeating: nil, count: names.count)
        for (name, value) in try record.members() {
            guard let place = places[name] else { throw ServiceError.unknownColumn(row: number, column: name) }
            values[place] = try Self.number(value, row: number, column: name)
        }
        return try values.enumerated().map { place, value in
            guard let value else { throw ServiceError.missingColumn(row: number, column: names[place]) }
            return value
        }
    }

    private static func number(_ element: JSONElement, row: Int, column: String) throws -> Float {
        guard element.kind == .number else {
            throw ServiceError.notANumber(row: row, column: column, got: element.kind.rawValue)
        }
        let value = try element.double()
        guard Float(value).isFinite else {
            throw ServiceError.overflow(row: row, column: column, got: "\(value)")
        }
        return Float(value)
    }
}
