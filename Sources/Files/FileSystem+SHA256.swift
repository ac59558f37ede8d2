extension FileSystem {
    /// The SHA-256 digest of a file, in lower-case hexadecimal.
    package static func sha256(_ path: String) throws(FileError) -> String {
        let source = try FileByteSource(path)
        var digest = SHA256()
        var piece: [UInt8] = []
        while try source.append(to: &piece) {
            digest.update(piece)
            piece.removeAll(keepingCapacity: true)
        }
        return digest.hexadecimal()
    }
}
