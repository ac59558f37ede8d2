internal import Glibc

/// Where the lines of a text end: at LF. Lines of nothing but spaces are no records.
struct LineEnds: RecordEnds {
    var progress = RecordProgress()

    mutating func advance(in bytes: UnsafeBufferPointer<UInt8>, to target: Int, isLast: Bool) {
        while progress.end < target {
            progress.position = unsafe Self.lineEnd(in: bytes, from: progress.position)
            guard progress.position < bytes.count else { return }
            let isBlank = unsafe Self.isBlank(bytes, progress.end..<progress.position)
            progress.endRecord(lineEnd: 1, isBlank: isBlank)
        }
    }

    /// The place of the next LF, or the count.
    static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard start < bytes.count, let address = bytes.baseAddress else { return bytes.count }
        guard let found = unsafe memchr(address + start, CInt(lineFeed), bytes.count - start) else {
            return bytes.count
        }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(address)
    }

    /// Space, tab and CR are what JSON calls white space, besides the LF that ends the line (RFC 8259 §2).
    static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range {
            let byte = unsafe bytes[index]
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn else {
                return false
            }
        }
        return true
    }
}
