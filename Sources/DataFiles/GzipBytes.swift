internal import CZlib
internal import Files

/// Decompresses gzip (RFC 1952) as it is read, one member after the other.
@safe
package final class GzipBytes: ByteSource {
    private let source: any ByteSource
    /// Bytes allowed in all; a small file can decompress to a thousand times its size.
    private let limit: Int
    private var total = 0

    /// Compressed bytes, used up to `position`.
    private var input: [UInt8] = []
    private var position = 0
    private var isInsideMember = false

    /// zlib keeps this address, so it must not move. Freed in `deinit`.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - limit: of all bytes together that are decompressed.
    ///   - takesZlib: whether the bytes may also be in zlib's own format (RFC 1950), which HTTP calls deflate.
    package init(_ source: any ByteSource, limit: Int, takesZlib: Bool = false) {
        self.source = source
        self.limit = limit
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe CZlibInflateInit(stream, takesZlib ? 1 : 0)
        precondition(status == Z_OK, "zlib refuses its own settings, or memory is out")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    package func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        let before = bytes.count
        while bytes.count == before {
            guard try hasInput() else { return false }
            try inflateMore(to: &bytes)
        }
        total += bytes.count - before
        guard total <= limit else { throw .decompressedTooLarge(limit: limit) }
        return true
    }

    /// Reads compressed bytes when there are none. An end is only good between members.
    private func hasInput() throws(DataFileError) -> Bool {
        guard position == input.count else { return true }
        input.removeAll(keepingCapacity: true)
        position = 0
        if try source.append(to: &input) { return true }
        guard !isInsideMember else { throw .gzipTruncated }
        return false
    }

    private func inflateMore(to bytes: inout [UInt8]) throws(DataFileError) {
        isInsideMember = true
        var status = Z_OK
        bytes.append(addingCapacity: FileByteSource.chunkSize) { span in
            unsafe span.withUnsafeMutableBufferPointer { output, count in
                (status, count) = unsafe inflateOnce(into: output)
            }
        }
        try check(status)
    }

    /// One call of zlib, over the input that is left.
    private func inflateOnce(into output: UnsafeMutableBufferPointer<UInt8>) -> (status: CInt, written: Int) {
        unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + position }
            unsafe stream.pointee.avail_in = CUnsignedInt(input.count - position)
            unsafe stream.pointee.next_out = output.baseAddress
            unsafe stream.pointee.avail_out = CUnsignedInt(output.count)
            let status = unsafe inflate(stream, Z_NO_FLUSH)
            unsafe position = input.count - Int(stream.pointee.avail_in)
            return unsafe (status, output.count - Int(stream.pointee.avail_out))
        }
    }

    private func check(_ status: CInt) throws(DataFileError) {
        switch status {
        case Z_OK, Z_BUF_ERROR:  // a buffer error only says that this call could do nothing
            return
        case Z_STREAM_END:
            isInsideMember = false
            unsafe inflateReset(stream)
        default:
            throw .gzipCorrupt(reason: unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib \(status)")
        }
    }
}
