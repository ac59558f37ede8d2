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
        var bytes: [UInt8] = []
        for row in 0..<rows {
            var text = RowText(format, appendingTo: bytes)
            try body(row, &text)
            bytes = text.finish()
        }
        try Output.write(bytes)
    }
}

/// One line of output.
private struct RowText {
    private let format: RowFormat
    private var writer: JSONWriter
    private var isFirst = true

    init(_ format: RowFormat, appendingTo bytes: [UInt8]) {
        self.format = format
        writer = JSONWriter(appendingTo: bytes)
        if format == .ndjson { writer.beginObject() }
    }

    mutating func add(_ field: RowWriter.Field, _ number: Double) throws {
        if format == .ndjson { writer.key(field.name) }
        separate()
        try writer.double(number)
    }

    mutating func add(_ field: RowWriter.Field, _ numbers: [Float]) throws {
        if format == .ndjson {
            writer.key(field.name)
            return try writer.floats(numbers)
        }
        for number in numbers {
            separate()
            try writer.float(number)
        }
    }

    /// A comma between CSV cells; JSON has its own.
    private mutating func separate() {
        guard format == .csv else { return }
        let bytes = isFirst ? writer.bytes : writer.bytes + [UInt8(ascii: ",")]
        writer = JSONWriter(appendingTo: bytes)
        isFirst = false
    }

    consuming func finish() -> [UInt8] {
        if format == .ndjson { writer.endObject() }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
