/// Finds where a text stops being JSON (RFC 8259), and says what was expected.
///
/// simdjson's tree parser tells neither. This runs only after it has refused a text, so it may be slow; what it finds
/// no fault with is told in simdjson's words.
struct SyntaxScanner {
    let bytes: [UInt8]
    var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func error(in bytes: [UInt8], reason: String) -> JSONError {
        var scanner = SyntaxScanner(bytes)
        do {
            try scanner.scanDocument()
            return .malformed(reason: reason)
        } catch {
            return .syntax(scanner.place(of: error.offset), problem: error.problem)
        }
    }

    /// A fault and the byte where it is.
    struct Fault: Error {
        let offset: Int
        let problem: String
    }

    // MARK: Values

    private mutating func scanDocument() throws(Fault) {
        skipBlanks()
        guard position < bytes.count else { throw fault("the document is empty") }
        try scanValue()
        skipBlanks()
        guard position == bytes.count else { throw fault("expected the end of the document, found \(found)") }
    }

    private mutating func scanValue() throws(Fault) {
        switch current {
        case UInt8(ascii: "{"): try scanObject()
        case UInt8(ascii: "["): try scanArray()
        case UInt8(ascii: "\""): try scanString()
        case let byte where byte == UInt8(ascii: "-") || isDigit(byte): try scanNumber()
        default: try scanWord()
        }
    }

    private mutating func scanArray() throws(Fault) {
        try enter()
        if take("]") { return leave() }
        repeat {
            skipBlanks()
            try scanValue()
            skipBlanks()
        } while take(",")
        guard take("]") else { throw fault("expected ',' or ']', found \(found)") }
        leave()
    }

    private mutating func scanObject() throws(Fault) {
        try enter()
        if take("}") { return leave() }
        repeat {
            skipBlanks()
            try scanMember()
            skipBlanks()
        } while take(",")
        guard take("}") else { throw fault("expected ',' or '}', found \(found)") }
        leave()
    }

    private mutating func scanMember() throws(Fault) {
        guard current == UInt8(ascii: "\"") else { throw fault("expected a key in double quotes, found \(found)") }
        try scanString()
        skipBlanks()
        guard take(":") else { throw fault("expected ':' after the key, found \(found)") }
        skipBlanks()
        try scanValue()
    }

    private mutating func enter() throws(Fault) {
        depth += 1
        guard depth <= Parser.maximumDepth else { throw fault("nested deeper than \(Parser.maximumDepth) levels") }
        position += 1
        skipBlanks()
    }

    private mutating func leave() {
        depth -= 1
    }

    // MARK: Bytes

    /// Nil at the end.
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    func fault(_ problem: String) -> Fault {
        Fault(offset: position, problem: problem)
    }

    private func place(of offset: Int) -> JSONPlace {
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        // UTF-8 continuation bytes begin with the bits 10.
        let column = bytes[lineStart..<offset].count { $0 & 0xC0 != 0x80 } + 1
        return JSONPlace(offset: offset, line: line, column: column)
    }
}
