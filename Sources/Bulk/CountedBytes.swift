import DataFiles
import Locking

/// The bytes of a file, counted as they are read.
final class CountedBytes: ByteSource {
    private let source: FileBytes
    private let counter: Locked<Int>

    init(_ source: FileBytes, counter: Locked<Int>) {
        (self.source, self.counter) = (source, counter)
    }

    func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        let before = bytes.count
        guard try source.append(to: &bytes) else { return false }
        let count = bytes.count - before
        counter.withLock { $0 += count }
        return true
    }
}
