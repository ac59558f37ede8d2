/// A parsed JSON text (RFC 8259), whole and checked: UTF-8, depth, and no key twice in an object.
///
/// It holds a parser of the pool until the last of its elements is gone.
package final class JSONDocument: Sendable {
    let parser: Parser
    /// Of a document in which a matrix was expected and found.
    let textMatrix: TextMatrix?
    private let pool: ParserPool

    /// Parses where the bytes lie when the array has at least 64 bytes of unused capacity, and from a copy otherwise.
    ///
    /// - Throws: `JSONError.syntax` with line and column, `.malformed`, or `.duplicateKey`.
    package convenience init(_ bytes: [UInt8]) throws(JSONError) {
        try self.init(bytes, pool: .shared)
    }

    /// As `init(_:)`, but a member of the root is read straight from its text if it is a matrix of plain numbers, which
    /// takes a third of the time and no memory but for its numbers.
    ///
    /// - Parameter key: of a member whose element is asked for nothing but its kind and its `floats(columns:)`; nil for none.
    package init(_ bytes: [UInt8], matrix key: String?) throws(JSONError) {
        parser = try ParserPool.shared.take()
        pool = .shared
        textMatrix = key.flatMap { [parser] in parser.parse(bytes, matrix: $0) }
        if textMatrix == nil { try parse(bytes, bytes.indices) } else { try checkKeys() }
    }

    convenience init(_ bytes: [UInt8], pool: ParserPool) throws(JSONError) {
        try self.init(bytes, bytes.indices, pool: pool)
    }

    init(_ bytes: [UInt8], _ range: Range<Int>, pool: ParserPool) throws(JSONError) {
        parser = try pool.take()
        self.pool = pool
        textMatrix = nil
        try parse(bytes, range)
    }

    /// Replaces what was parsed; nobody else may have this document or an element of it.
    func parse(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) {
        if let reason = parser.parse(bytes, range) {
            throw SyntaxScanner.error(in: range == bytes.indices ? bytes : Array(bytes[range]), reason: reason)
        }
        try checkKeys()
    }

    private func checkKeys() throws(JSONError) {
        if let key = parser.duplicateKey() { throw duplicateKeyError(key) }
    }

    deinit {
        pool.giveBack(parser)
    }

    /// The outermost value.
    package var root: JSONElement { JSONElement(document: self, node: 1) }

    private func duplicateKeyError(_ key: Int) -> JSONError {
        .duplicateKey(path: JSONPath(parser).object(ofKey: key), key: parser.string(key))
    }
}
