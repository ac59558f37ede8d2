import DataFiles
import Kernels

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
    static func open(_ path: String, names: [String]?, width: Int) throws -> any RowSource {
        do {
            if path != "-", try DataFile.kind(of: path) == .idx { return try ImageRows(path, width: width) }
            return try TableRows(path, names: names, width: width)
        } catch let error as DataFileError {
            throw Failure("\(path): \(error)")
        }
    }
}

/// Rows of a table, in the order in which a model wants its columns.
final class TableRows: RowSource {
    private var table: CSVReader
    private let path: String
    /// The place in the file of each of the model's columns.
    private let order: [Int]

    init(_ path: String, names: [String]?, width: Int) throws {
        self.path = path
        table = try CSVReader(DataFile.open(path))
        order = try Self.order(table.columns, names: names, width: width)
    }

    private static func order(_ columns: [String], names: [String]?, width: Int) throws -> [Int] {
        guard let names else {
            guard columns.count == width else {
                throw Failure("the table has \(columns.count) columns; the model takes \(width)")
            }
            return Array(0..<width)
        }
        if let extra = columns.first(where: { !names.contains($0) }) {
            throw Failure("the model has no column '\(extra)'; it has \(names.joined(separator: ", "))")
        }
        return try names.map { name in
            guard let place = columns.firstIndex(of: name) else { throw Failure("column '\(name)' is missing") }
            return place
        }
    }

    func next() throws -> Matrix<Float>? {
        var values: [Float] = []
        values.reserveCapacity(RowSources.chunkRows * order.count)
        do {
            while values.count < RowSources.chunkRows * order.count, try table.next() {
                for place in order { values.append(try table.float(place)) }
            }
        } catch {
            throw Failure("\(path): \(error)")
        }
        return values.isEmpty ? nil : Matrix(values, rows: values.count / order.count, columns: order.count)
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
