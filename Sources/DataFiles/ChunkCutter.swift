/// Cuts a text into chunks at the ends of records, in memory that does not grow with it.
///
/// A fault in a record is never thrown here but left in the chunk for whoever reads it, so that the faults of a text
/// come in its order.
struct ChunkCutter<Ends: RecordEnds> {
    private let source: any ByteSource
    private let chunkSize: Int
    private let recordLimit: Int
    private let firstLine: Int

    private var ends: Ends
    private var bytes: [UInt8]
    private var rowsGiven = 0
    private var linesGiven = 0
    private var isFinished = false
    /// What the source threw behind records that were still to be given.
    private var failure: DataFileError?

    init(
        _ source: any ByteSource, ends: Ends, chunkSize: Int, recordLimit: Int, bytes: ArraySlice<UInt8> = [],
        firstLine: Int = 1
    ) {
        precondition(chunkSize > 0, "a chunk holds at least one byte")
        self.source = source
        self.ends = ends
        self.chunkSize = chunkSize
        self.recordLimit = recordLimit
        self.bytes = Array(bytes)
        self.firstLine = firstLine
    }

    /// - Returns: nil at the end.
    /// - Throws: what the source threw, behind the whole records before it.
    mutating func next() throws(DataFileError) -> RecordChunk? {
        while !isFinished {
            look()
            if ends.progress.end >= chunkSize { return take(ends.progress.end) }
            // One byte more may be a CR that waits for its LF.
            isFinished = bytes.count - ends.progress.end > recordLimit + 1
            if !isFinished { readOn() }
        }
        if let failure {
            if ends.progress.end > 0 { return take(ends.progress.end) }
            throw failure
        }
        return bytes.isEmpty ? nil : take(bytes.count)
    }

    private mutating func look() {
        let isLast = isFinished
        unsafe bytes.withUnsafeBufferPointer {
            unsafe ends.advance(in: $0, to: chunkSize, isLast: isLast)
        }
    }

    private mutating func readOn() {
        do {
            isFinished = try !source.append(to: &bytes)
        } catch {
            failure = error
            isFinished = true
        }
    }

    /// The first bytes as a chunk; the others stay.
    private mutating func take(_ count: Int) -> RecordChunk {
        var rest: [UInt8] = []
        rest.reserveCapacity(min(chunkSize, 1 << 20) + (1 << 17))
        rest.append(contentsOf: bytes[count...])
        bytes.removeLast(bytes.count - count)
        bytes.reserveCapacity(count + RecordChunk.padding)
        let chunk = RecordChunk(bytes: bytes, firstRow: rowsGiven + 1, firstLine: firstLine + linesGiven)
        bytes = rest
        rowsGiven = ends.progress.rows
        linesGiven = ends.progress.lines
        ends.progress.dropEnded()
        return chunk
    }
}
