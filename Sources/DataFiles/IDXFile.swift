/// Unsigned bytes of any shape, as MNIST has its images (`idx3-ubyte`) and labels (`idx1-ubyte`).
///
/// Source: http://yann.lecun.com/exdb/mnist, "The IDX file format". Two zero bytes, an element type, a rank, one
/// big-endian 32-bit size a dimension, and then the elements.
package struct IDXFile: Equatable, Sendable {
    /// Bytes of data that are read when nothing else is said: 1 GiB.
    package static let defaultLimit = 1 << 30

    /// Outermost first: `[count, height, width]` for images, `[count]` for labels.
    package let dimensions: [Int]
    /// Row-major.
    package let bytes: [UInt8]

    /// Reads a file, gzipped or not.
    package init(_ path: String, limit: Int = defaultLimit) throws(DataFileError) {
        try self.init(DataFile.open(path), limit: limit)
    }

    package init(_ source: any ByteSource, limit: Int = defaultLimit) throws(DataFileError) {
        var bytes: [UInt8] = []
        dimensions = try Self.readHeader(source, &bytes)
        let size = try Self.size(of: dimensions, limit: limit)
        bytes.removeFirst(4 + 4 * dimensions.count)
        while bytes.count <= size, try source.append(to: &bytes) {}
        guard bytes.count == size else {
            throw .idxWrongLength(dimensions: dimensions, expected: size, got: bytes.count)
        }
        self.bytes = bytes
    }

    private static func readHeader(
        _ source: any ByteSource, _ bytes: inout [UInt8]
    ) throws(DataFileError) -> [Int] {
        try fill(&bytes, to: 4, from: source)
        guard bytes[0] == 0, bytes[1] == 0 else { throw .notIDX(firstBytes: Array(bytes.prefix(4))) }
        guard bytes[2] == 8 else { throw .unsupportedIDXType(code: bytes[2]) }
        let rank = Int(bytes[3])
        guard rank > 0 else { throw .notIDX(firstBytes: Array(bytes.prefix(4))) }
        try fill(&bytes, to: 4 + 4 * rank, from: source)
        return (0..<rank).map { dimension in
            bytes[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
        }
    }

    private static func fill(
        _ bytes: inout [UInt8], to count: Int, from source: any ByteSource
    ) throws(DataFileError) {
        while bytes.count < count {
            guard try source.append(to: &bytes) else { throw .notIDX(firstBytes: Array(bytes.prefix(4))) }
        }
    }

    private static func size(of dimensions: [Int], limit: Int) throws(DataFileError) -> Int {
        var size = 1
        // As if no dimension were 0: nobody shall meet an overflow in the product of the others.
        for dimension in dimensions {
            let (product, overflow) = size.multipliedReportingOverflow(by: max(dimension, 1))
            guard !overflow, product <= limit else { throw .idxTooLarge(dimensions: dimensions, limit: limit) }
            size = product
        }
        return dimensions.contains(0) ? 0 : size
    }
}
