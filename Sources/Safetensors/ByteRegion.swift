internal import Files
import Glibc

/// Bytes in an array or in a mapped file, kept alive.
enum ByteRegion: Sendable {
    case array([UInt8])
    case file(MappedFile)

    var count: Int {
        switch self {
        case .array(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

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
        return withBytes { bytes in
            unsafe [Element](unsafeUninitializedCapacity: elementCount + spare) { buffer, initializedCount in
                let part = bytes.extracting(range)
                unsafe part.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
                initializedCount = elementCount
            }
        }
    }

    private func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
        switch self {
        case .array(let bytes): body(unsafe bytes.span.bytes)
        case .file(let file): file.withBytes(body)
        }
    }
}
