/// Bytes that are in memory already.
package final class ArrayBytes: ByteSource {
    private let bytes: [UInt8]
    private let pieceSize: Int
    private var position = 0

    /// - Parameter pieceSize: bytes given at a time; tests set it.
    package init(_ bytes: [UInt8], pieceSize: Int = 1 << 16) {
        precondition(pieceSize > 0, "a piece holds at least one byte")
        self.bytes = bytes
        self.pieceSize = pieceSize
    }

    package func append(to bytes: inout [UInt8]) -> Bool {
        guard position < self.bytes.count else { return false }
        let end = min(position + pieceSize, self.bytes.count)
        bytes.append(contentsOf: self.bytes[position..<end])
        position = end
        return true
    }
}
