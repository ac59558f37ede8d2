import JSON
import Records

/// Lines of CSV (RFC 4180), cell by cell.
package struct CSVCells: Sendable {
    private var writer: JSONWriter
    private var isFirst = true

    /// - Parameter bytes: what the lines are appended to.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        writer = JSONWriter(appendingTo: bytes)
    }

    /// Quotes around what holds a comma, a quote or a line end.
    package mutating func add(text: String) {
        separate()
        let special = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard special else { return writer.bytes.append(contentsOf: text.utf8) }
        writer.bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { writer.bytes.append(0x22) }
            writer.bytes.append(byte)
        }
        writer.bytes.append(0x22)
    }

    mutating func add(_ number: Double) throws(JSONError) {
        separate()
        try writer.appendDouble(number)
    }

    mutating func add(_ number: Float) throws(JSONError) {
        separate()
        try writer.appendFloat(number)
    }

    mutating func add(_ flag: Bool) {
        add(text: flag ? "true" : "false")
    }

    mutating func add(_ value: CellValue) throws(JSONError) {
        switch value {
        case .missing: addEmpty()
        case .number(let number): try add(number)
        case .word(let word): add(text: word)
        }
    }

    mutating func addEmpty() {
        separate()
    }

    private mutating func separate() {
        if !isFirst { writer.bytes.append(0x2C) }
        isFirst = false
    }

    package mutating func endLine() {
        writer.bytes.append(0x0A)
        isFirst = true
    }

    /// The lines so far.
    package consuming func take() -> [UInt8] { writer.bytes }
}
