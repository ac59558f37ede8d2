/// Opens data files by what is in them, never by their name.
package enum DataFile {
    /// Decompressed bytes a gzip file may have when nothing else is said: 16 GiB.
    package static let defaultLimit = 1 << 34

    package enum Kind: Sendable {
        case idx
        case png
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

    /// All bytes of a file, decompressed when they are gzip.
    ///
    /// - Throws: `DataFileError.decompressedTooLarge` as soon as there are more than the limit.
    package static func read(_ path: String, limit: Int) throws(DataFileError) -> [UInt8] {
        let source = try open(path, limit: limit)
        var bytes: [UInt8] = []
        while try source.append(to: &bytes) {
            guard bytes.count <= limit else { throw .decompressedTooLarge(limit: limit) }
        }
        return bytes
    }

    /// What a file holds, inside gzip if need be. Not for standard input, whose first bytes would be lost.
    package static func kind(of path: String) throws(DataFileError) -> Kind {
        let peeked = try PeekedBytes(open(path), count: pngMagic.count)
        if peeked.start.starts(with: idxMagic) { return .idx }
        return peeked.start.starts(with: pngMagic) ? .png : .text
    }

    /// RFC 1952 §2.3.1: ID1, ID2.
    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]
    /// Two zero bytes and "unsigned bytes"; no text begins so.
    static let idxMagic: [UInt8] = [0, 0, 8]
    /// ISO/IEC 15948 §5.2.
    private static let pngMagic: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
}
