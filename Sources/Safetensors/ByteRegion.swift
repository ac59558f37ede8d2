import Glibc

/// Bytes that are read as elements of any type.
struct ByteRegion: Sendable {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    /// Copies a range as elements of a type, whatever its alignment.
    ///
    /// The format is little-endian, and so is every machine this is built for.
    ///
    /// - Parameters:
    ///   - range: bytes, within the region and a multiple of the element's size.
    ///   - spare: unused capacity wanted behind the elements.
    func elements<Element: BitwiseCopyable>(
        _ range: Range<Int>, as type: Element.Type = Element.self, spare: Int = 0
    ) -> [Element] {
        precondition(range.upperBound <= count && range.count % MemoryLayout<Element>.stride == 0)
        let elementCount = range.count / MemoryLayout<Element>.stride
        return unsafe [Element](unsafeUninitializedCapacity: elementCount + spare) { buffer, initializedCount in
            let part = unsafe bytes.span.bytes.extracting(range)
            unsafe part.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initializedCount = elementCount
        }
    }
}
