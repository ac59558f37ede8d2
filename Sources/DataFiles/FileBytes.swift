internal import Files

/// A file, or standard input for `-`.
package final class FileBytes: ByteSource {
    private let file: FileByteSource

    package init(_ path: String) throws(DataFileError) {
        do {
            file = try FileByteSource(path)
        } catch {
            throw .file(error)
        }
    }

    /// Bytes expected, 0 when that is not known before reading.
    package var sizeHint: Int { file.sizeHint }

    package func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        do {
            return try file.append(to: &bytes)
        } catch {
            throw .file(error)
        }
    }
}
