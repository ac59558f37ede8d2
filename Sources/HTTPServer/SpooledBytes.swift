/// A body that is written piece by piece: in memory while it is short, in a temporary file from then on.
///
/// Writing to the file blocks: this belongs on a thread of the caller's own, not on one that serves connections.
package struct SpooledBytes: ~Copyable, Sendable {
    /// Up to so many bytes stay in memory.
    package static let defaultThreshold = 4 << 20

    /// How much is gathered for one write to the file.
    private static let writeSize = 256 << 10

    private let threshold: Int
    private let directory: String
    private var buffer: [UInt8] = []
    private var file: SpoolFile?
    private var writtenBytes = 0

    package init(threshold: Int = defaultThreshold, directory: String = SpoolFile.defaultDirectory) {
        (self.threshold, self.directory) = (threshold, directory)
    }

    /// How many bytes have been appended.
    package var count: Int { writtenBytes + buffer.count }

    /// - Throws: `SpoolError`; nothing can be appended after that, and what came before is of no use.
    package mutating func append(_ bytes: some Collection<UInt8>) throws(SpoolError) {
        buffer.append(contentsOf: bytes)
        if buffer.count > (file == nil ? threshold : Self.writeSize) { try flush() }
    }

    /// The body, to be sent.
    package consuming func finish() throws(SpoolError) -> HTTPContent {
        if file != nil { try flush() }
        guard let file else { return .bytes(buffer) }
        return .file(file, count: writtenBytes)
    }

    private mutating func flush() throws(SpoolError) {
        guard let file else { return try spill() }
        try file.append(buffer)
        writtenBytes += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Moves to a file, and gives the large buffer back.
    private mutating func spill() throws(SpoolError) {
        file = try SpoolFile(in: directory)
        try flush()
        buffer = []
    }
}
