/// Opens data files by what is in them, never by their name.
package enum DataFile {
    /// Decompressed bytes a gzip file may have when nothing else is said: 16 GiB.
    package static let defaultLimit = 1 << 34

    package enum Kind: Sendable {
        case idx
        /// Whatever is nothing else: a table of text.
        case text
    }

    /// The bytes of a file (or of standard input for `-`), decompressed when they are gzip.
    ///
    /// - Parameter limit: decompressed bytes allowed.
    package static func open(_ path: String, limit: Int = defaultLimit) throws(DataFileError) -> any ByteSource {
        try decompressed(FileBytes(path), limit: limit)
    }

    /// The bytes of a source, decompressed when they are gzip.
    package static func decompressed(_ source: any ByteSource, limit: Int) throws(DataFileError) -> any ByteSource {
        let peeked = try PeekedBytes(source, count: gzipMagic.count)
        return peeked.start.starts(with: gzipMagic) ? GzipBytes(peeked, limit: limit) : peeked
    }

    /// What a file holds, inside gzip if need be. Not for standard input, whose first bytes would be lost.
    package static func kind(of path: String) throws(DataFileError) -> Kind {
        let peeked = try PeekedBytes(open(path), count: idxMagic.count)
        return peeked.start.starts(with: idxMagic) ? .idx : .text
    }

    /// RFC 1952 §2.3.1: ID1, ID2.
    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]
    /// Two zero bytes and "unsigned bytes"; no text begins so.
    static let idxMagic: [UInt8] = [0, 0, 8]
}
