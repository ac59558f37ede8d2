/// An array as NumPy saves it: what its header says, and where its numbers lie.
///
/// `\x93NUMPY`, two bytes of version, the length of the header (two bytes little-endian in version 1.0, four in 2.0 and 3.0), the
/// header as a dictionary in Python's words, and the numbers.
///
/// Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package struct NPYArray: Equatable, Sendable {
    package let element: NPYElement
    /// Whether the first index runs fastest, as in Fortran; otherwise the last does.
    package let isColumnMajor: Bool
    /// Outermost first; empty for a single number.
    package let shape: [Int]
    /// Where the numbers lie in the bytes that were read: to their end.
    package let content: Range<Int>

    /// Checks all but the numbers: every count of them is one that is there.
    ///
    /// - Parameter bytes: the whole array; more behind it is an error.
    package init(_ bytes: [UInt8]) throws(NPYError) {
        let header = try Self.header(bytes)
        var text = HeaderText(bytes, header)
        let fields = try text.fields()
        guard let element = NPYElement(rawValue: fields.element) else { throw .unknownElement(fields.element) }
        (self.element, isColumnMajor, shape) = (element, fields.isColumnMajor, fields.shape)
        let (expected, got) = (try Self.size(element, fields.shape), bytes.count - header.upperBound)
        guard got == expected else { throw .wrongLength(shape: fields.shape, expected: expected, got: got) }
        content = header.upperBound..<bytes.count
    }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Where the dictionary stands.
    private static func header(_ bytes: [UInt8]) throws(NPYError) -> Range<Int> {
        guard bytes.starts(with: magic), bytes.count >= 8 else { throw .notNPY }
        let (major, minor) = (bytes[6], bytes[7])
        guard (1...3).contains(major), minor == 0 else { throw .unknownVersion(major: major, minor: minor) }
        let start = major == 1 ? 10 : 12
        guard bytes.count >= start else { throw .truncatedHeader(expected: start, got: bytes.count) }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start else {
            throw .truncatedHeader(expected: length, got: bytes.count - start)
        }
        return start..<start + length
    }

    private static func size(_ element: NPYElement, _ shape: [Int]) throws(NPYError) -> Int {
        var size = element.size
        // As if no side were 0: whether the product overflows must not depend on the order.
        for side in shape {
            let (product, overflows) = size.multipliedReportingOverflow(by: max(side, 1))
            guard !overflows else { throw .tooLarge(shape: shape) }
            size = product
        }
        return shape.contains(0) ? 0 : size
    }

    /// What stands before the numbers of an array in C's order: byte for byte what `numpy.save` writes, version 1.0.
    ///
    /// It is filled up with blanks to a multiple of 64 bytes, after as many as let the first side grow to 21 digits.
    package static func header(_ element: NPYElement, shape: [Int]) -> [UInt8] {
        let sides = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
        var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(sides)), }"
        if let first = shape.first { text += blanks(max(0, 21 - "\(first)".count)) }
        let prefix = magic.count + 4
        text += blanks(64 - (prefix + text.utf8.count + 1) % 64) + "\n"
        let length = text.utf8.count
        precondition(length <= UInt16.max, "a shape of \(shape.count) sides")
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}
