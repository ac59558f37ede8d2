import DataFiles
import Kernels
import RecordIO
import Records

/// Rows from a file or standard input, some thousand at a time.
protocol RowSource: AnyObject {
    /// The next rows `[rows, width]`; nil at the end.
    func next() throws -> Matrix<Float>?
}

enum RowSources {
    static let chunkRows = 4096

    /// - Parameters:
    ///   - path: a CSV table with a header, IDX images, or `-` for a table from standard input.
    ///   - names: the columns, found by name in any order; nil takes `width` columns as they come.
    static func open(_ path: String, schema: Schema?, width: Int) throws -> any RowSource {
        do {
            if path != "-", try DataFile.kind(of: path) == .idx { return try ImageRows(path, width: width) }
            if let schema { return try RecordRows(path, schema) }
            return try TableRows(path, width: width)
        } catch let error as DataFileError {
            throw Failure("\(path): \(error)")
        } catch let error as RecordError {
            throw Failure("\(path): \(error)")
        }
    }
}

final class RecordRows: RowSource {
    private var table: CSVReader
    private let records: CSVRecords

    init(_ path: String, _ schema: Schema) throws {
        table = try CSVReader(DataFile.open(path))
        records = try CSVRecords(header: table.columns, RecordReading(schema))
    }

    func next() throws -> Matrix<Float>? {
        let batch = try records.read(&table, limit: RowSources.chunkRows)
        return batch.count == 0 ? nil : batch.matrix
    }
}

final class TableRows: RowSource {
    private var table: CSVReader
    private let path: String
    private let width: Int

    init(_ path: String, width: Int) throws {
        self.path = path
        self.width = width
        table = try CSVReader(DataFile.open(path))
    }

    func next() throws -> Matrix<Float>? {
        var values: [Float] = []
        do {
            while values.count < RowSources.chunkRows * width, try table.next() {
                for place in 0..<width { values.append(try table.float(place)) }
            }
        } catch {
            throw Failure("\(path): \(error)")
        }
        return values.isEmpty ? nil : Matrix(values, rows: values.count / width, columns: width)
    }
}

/// Images with their pixels as numbers in [0, 1].
final class ImageRows: RowSource {
    private let file: IDXFile
    private let width: Int
    private var place = 0

    init(_ path: String, width: Int) throws {
        file = try IDXFile(path)
        self.width = width
        let size = file.dimensions.dropFirst().reduce(1, *)
        guard size == width else { throw Failure("\(path): images of \(size) pixels; the model takes \(width)") }
    }

    func next() throws -> Matrix<Float>? {
        let rows = min(RowSources.chunkRows, file.dimensions[0] - place)
        guard rows > 0 else { return nil }
        let pixels = file.bytes[place * width..<(place + rows) * width].map { Float($0) / 255 }
        place += rows
        return Matrix(pixels, rows: rows, columns: width)
    }
}
