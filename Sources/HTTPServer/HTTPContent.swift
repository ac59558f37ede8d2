/// The bytes of a response.
package enum HTTPContent: Sendable {
    case bytes([UInt8])
    /// The first so many bytes of a file, which is sent from the disk.
    case file(SpoolFile, count: Int)

    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let count): count
        }
    }
}
