/// Lines that wait to be written: a value that neither locks nor writes.
struct LogBuffer: Sendable {
    private let capacity: Int
    private var bytes: [UInt8] = []
    /// Bytes that the writer has taken and not yet written.
    private var isWriting = false
    /// Whether the writer sleeps until somebody wakes it.
    private var isIdle = true
    private(set) var dropped = 0

    /// - Parameter capacity: bytes that may wait, beside those that are being written.
    init(capacity: Int) {
        self.capacity = capacity
    }

    var isEmpty: Bool { bytes.isEmpty && !isWriting }

    /// - Returns: whether the caller must wake the writer.
    mutating func append(_ line: [UInt8]) -> Bool {
        guard bytes.count + line.count <= capacity else {
            dropped += 1
            return false
        }
        bytes += line
        defer { isIdle = false }
        return isIdle
    }

    /// What waits, for the writer; nil sends it to sleep.
    ///
    /// - Parameter unwritten: lines of what it took before that could not be written.
    mutating func take(unwritten: Int) -> [UInt8]? {
        dropped += unwritten
        isWriting = !bytes.isEmpty
        isIdle = bytes.isEmpty
        if bytes.isEmpty { return nil }
        var taken: [UInt8] = []
        taken.reserveCapacity(min(2 * bytes.count, capacity))
        swap(&taken, &bytes)
        return taken
    }
}
