import JSON
import Records

/// The caller's own name of a record, which comes back with its answer.
package enum RecordID: Equatable, Sendable {
    case text(String)
    /// A number, in the digits that came.
    case number(String)
    case null

    /// A cell of a table: a whole number stays one.
    init(cell: String) {
        let isWhole = (1...15).contains(cell.utf8.count) && cell.utf8.allSatisfy { (0x30...0x39).contains($0) }
        self = isWhole && (cell == "0" || !cell.hasPrefix("0")) ? .number(cell) : .text(cell)
    }

    init(_ element: JSONElement) throws(JSONError) {
        switch element.kind {
        case .null: self = .null
        case .string: self = .text(try element.string())
        case .number: self = .number(try Self.digits(element))
        default: throw .wrongKind(path: element.path, expected: "a string or a number", got: element.kind)
        }
    }

    private static func digits(_ element: JSONElement) throws(JSONError) -> String {
        if let whole = try? element.int() { return "\(whole)" }
        if let whole = try? element.uint64() { return "\(whole)" }
        return CellText.canonical(try element.double())
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .number(let digits): writer.literal(digits)
        case .null: writer.null()
        }
    }

    /// As a cell of a table.
    package var cell: String {
        switch self {
        case .text(let text), .number(let text): text
        case .null: ""
        }
    }
}
