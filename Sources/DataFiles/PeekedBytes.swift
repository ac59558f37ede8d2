/// Bytes whose start has been looked at.
final class PeekedBytes: ByteSource {
    /// At least as many bytes as asked for, unless there are fewer in all.
    let start: [UInt8]
    private var isStartGiven = false
    private let source: any ByteSource

    init(_ source: any ByteSource, count: Int) throws(DataFileError) {
        var start: [UInt8] = []
        while start.count < count, try source.append(to: &start) {}
        self.start = start
        self.source = source
    }

    func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        guard isStartGiven || start.isEmpty else {
            isStartGiven = true
            bytes.append(contentsOf: start)
            return true
        }
        return try source.append(to: &bytes)
    }
}
