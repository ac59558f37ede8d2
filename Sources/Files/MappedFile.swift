import Glibc

/// A file as memory, read by the system when it is touched.
///
/// For files that are replaced by renaming and never rewritten in place: a file that is cut short while it is mapped
/// ends the process when the missing part is touched.
@safe
package final class MappedFile {
    package let path: String
    /// Bytes.
    package let count: Int
    /// Null for an empty file, which cannot be mapped. Unmapped in `deinit`, and never handed out beyond a call.
    private let address: UnsafeMutableRawPointer?

    package init(_ path: String) throws(FileError) {
        let file = try FileDescriptor(opening: path, flags: O_RDONLY)
        self.path = path
        count = try file.size()
        unsafe address = count == 0 ? nil : try Self.map(file, count: count)
    }

    deinit {
        if let address = unsafe address { unsafe munmap(address, count) }
    }

    private static func map(
        _ file: borrowing FileDescriptor, count: Int
    ) throws(FileError) -> UnsafeMutableRawPointer? {
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.number, 0)
        guard unsafe address != MAP_FAILED else { throw .refused(operation: .map, path: file.path, code: errno) }
        return unsafe address
    }

    /// Calls with the bytes of the file, which are only there during the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe UnsafeRawBufferPointer(start: address, count: count)
        return try body(unsafe buffer.bytes)
    }
}

// The memory is read-only and lives as long as the object.
extension MappedFile: @unchecked Sendable {}
