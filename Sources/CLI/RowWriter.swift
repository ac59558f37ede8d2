import ArgumentParser
import JSON

enum RowFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, ndjson
}

/// Writes rows of named numbers to standard output.
struct RowWriter {
    /// A name and its numbers; a CSV column for each, an array in NDJSON unless there is one.
    struct Field {
        let name: String
        let count: Int
        /// Names of the single numbers, where they have any.
        var columns: [String]?
    }

    private let format: RowFormat
    private let fields: [Field]

    /// Writes the header, where the format has one.
    init(_ format: RowFormat, _ fields: [Field]) throws {
        (self.format, self.fields) = (format, fields)
        if format == .csv { try Output.writeLine(fields.flatMap(Self.columns).map(Self.quoted).joined(separator: ",")) }
    }

    private static func columns(_ field: Field) -> [String] {
        if let columns = field.columns { return columns }
        return field.count == 1 ? [field.name] : (0..<field.count).map { "\(field.name)_\($0)" }
    }

    /// RFC 4180 §2.6: quotes around what holds a comma, a quote or a line end.
    private static func quoted(_ name: String) -> String {
        guard name.contains(where: { [",", "\"", "\n", "\r", "\r\n"].contains($0) }) else { return name }
        return "\"" + name.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    /// - Parameter values: for a row, the numbers of each field.
    func write(rows: Int, _ values: (Int) -> [[Float]]) throws {
        try writeText(rows: rows) { row, writer in
            for (field, numbers) in zip(fields, values(row)) { try writer.add(field, numbers) }
        }
    }

    /// - Parameter values: for a row, one number for each field.
    func writeDoubles(rows: Int, _ values: (Int) -> [Double]) throws {
        try writeText(rows: rows) { row, writer in
            for (field, number) in zip(fields, values(row)) { try writer.add(field, number) }
        }
    }

    private func writeText(rows: Int, _ body: (Int, inout RowText) throws -> Void) throws {
        var text = RowText(format)
        for row in 0..<rows {
            text.begin()
            try body(row, &text)
            text.end()
        }
        try Output.write(text.bytes)
    }
}

/// Lines of output.
private struct RowText {
    private let format: RowFormat
    private var writer = JSONWriter()
    private var isFirst = true

    init(_ format: RowFormat) {
        self.format = format
    }

    var bytes: [UInt8] { writer.bytes }

    mutating func begin() {
        // Each line is a JSON text of its own, so the writer starts anew behind what there is.
        var bytes: [UInt8] = []
        swap(&bytes, &writer.bytes)
        writer = JSONWriter(appendingTo: bytes)
        isFirst = true
        if format == .ndjson { writer.beginObject() }
    }

    mutating func end() {
        if format == .ndjson { writer.endObject() }
        writer.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ field: RowWriter.Field, _ number: Double) throws {
        if format == .ndjson {
            writer.key(field.name)
            return try writer.double(number)
        }
        try addCell { (writer: inout JSONWriter) throws(JSONError) in try writer.double(number) }
    }

    mutating func add(_ field: RowWriter.Field, _ numbers: [Float]) throws {
        if format == .ndjson {
            writer.key(field.name)
            return try writer.floats(numbers)
        }
        for number in numbers {
            try addCell { (writer: inout JSONWriter) throws(JSONError) in try writer.float(number) }
        }
    }

    /// A comma between cells, and the number as JSON prints it.
    private mutating func addCell(_ write: (inout JSONWriter) throws(JSONError) -> Void) throws {
        if !isFirst { writer.bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        var cell = JSONWriter()
        try write(&cell)
        writer.bytes += cell.bytes
    }
}
