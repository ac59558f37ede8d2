/// Whole records of a longer text, as a thread may take them.
package struct RecordChunk: Equatable, Sendable {
    /// Room behind the bytes that a parser may read over (simdjson's padding).
    static let padding = 64

    /// Has at least 64 bytes of unused capacity.
    package let bytes: [UInt8]
    /// The number that the first record in here has among all, from 1.
    package let firstRow: Int
    /// The line of the whole text on which the bytes begin, from 1.
    package let firstLine: Int

    package init(bytes: [UInt8], firstRow: Int, firstLine: Int) {
        self.bytes = bytes
        self.firstRow = firstRow
        self.firstLine = firstLine
    }
}
