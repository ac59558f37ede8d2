internal import CZlib

/// Compression in one piece.
package enum Gzip {
    /// One gzip member (RFC 1952), at zlib's fastest level: text becomes a third at some 100 MB/s.
    ///
    /// - Returns: nil where zlib finds no memory.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        guard unsafe CZlibDeflateInitGzip(&stream, Z_BEST_SPEED) == Z_OK, bytes.count < CUnsignedInt.max else {
            return nil
        }
        defer { unsafe deflateEnd(&stream) }
        let bound = unsafe Int(deflateBound(&stream, CUnsignedLong(bytes.count)))
        var input = bytes
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe (stream.next_in, stream.avail_in) = (input.baseAddress, CUnsignedInt(input.count))
                unsafe (stream.next_out, stream.avail_out) = (output.baseAddress, CUnsignedInt(output.count))
                let status = unsafe deflate(&stream, Z_FINISH)
                count = status == Z_STREAM_END ? unsafe bound - Int(stream.avail_out) : 0
            }
        }
        return compressed.isEmpty ? nil : compressed
    }

    /// All that some compressed bytes hold.
    ///
    /// - Throws: `DataFileError.decompressedTooLarge` as soon as there are more than the limit.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(DataFileError) -> [UInt8] {
        let source = GzipBytes(ArrayBytes(bytes), limit: limit, takesZlib: true)
        var all: [UInt8] = []
        while try source.append(to: &all) {}
        return all
    }
}
