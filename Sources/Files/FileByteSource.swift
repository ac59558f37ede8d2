import Glibc

/// Reads a file, or standard input, a piece at a time, so that a large one needs no large memory.
package final class FileByteSource {
    /// What a read asks for, in bytes: large enough that the system call does not count.
    package static let chunkSize = 256 * 1024

    private let file: FileDescriptor

    /// - Parameter path: `-` is standard input.
    package init(_ path: String) throws(FileError) {
        file =
            path == "-"
            ? try FileDescriptor(duplicatingStandardInputAs: "standard input")
            : try FileDescriptor(opening: path, flags: O_RDONLY)
    }

    /// As messages name it.
    package var path: String { file.path }

    /// Bytes expected, 0 when that is not known before reading.
    package var sizeHint: Int { (try? file.size()) ?? 0 }

    /// Appends the next bytes, at most `chunkSize`.
    ///
    /// - Returns: false at the end, with nothing appended.
    package func append(to bytes: inout [UInt8]) throws(FileError) -> Bool {
        let before = bytes.count
        try bytes.append(addingCapacity: Self.chunkSize) { span throws(FileError) in
            try unsafe span.withUnsafeMutableBufferPointer { buffer, count throws(FileError) in
                count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
        return bytes.count > before
    }
}
