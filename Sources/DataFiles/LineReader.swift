/// Goes through the lines of a chunk that are not blank.
package struct LineReader {
    package let bytes: [UInt8]
    /// The current record's number among all, from 1.
    package private(set) var row: Int
    /// The current record's line, from 1.
    package private(set) var line: Int

    private let lineLimit: Int
    private var position = 0
    private var nextLine: Int

    /// - Parameter lineLimit: that of the `LineChunks` that cut it.
    package init(_ chunk: RecordChunk, lineLimit: Int = LineChunks.defaultLineLimit) {
        bytes = chunk.bytes
        row = chunk.firstRow - 1
        line = chunk.firstLine
        nextLine = chunk.firstLine
        self.lineLimit = lineLimit
    }

    /// Moves to the next line that is not blank.
    ///
    /// - Returns: where it stands in `bytes`, without its LF; nil at the end.
    /// - Throws: `DataFileError.recordTooLong`.
    package mutating func next() throws(DataFileError) -> Range<Int>? {
        while position < bytes.count {
            let (range, isBlank) = currentLine
            guard range.count <= lineLimit else { throw .recordTooLong(line: nextLine, limit: lineLimit) }
            position = range.upperBound + 1
            line = nextLine
            nextLine += 1
            if !isBlank {
                row += 1
                return range
            }
        }
        return nil
    }

    private var currentLine: (range: Range<Int>, isBlank: Bool) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            let range = unsafe position..<LineEnds.lineEnd(in: bytes, from: position)
            return unsafe (range, LineEnds.isBlank(bytes, range))
        }
    }
}
