internal import CSimdJSON

extension JSONWriter {
    /// Quotes and escapes what RFC 8259 §7 says must be; everything else stays UTF-8.
    mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe !utf8.contains(where: Self.mustBeEscaped)
        }
        if isPlain == true {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        if byte < 0x20 { return appendEscapedControl(byte) }
        if Self.mustBeEscaped(byte) { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
    }

    private mutating func appendEscapedControl(_ byte: UInt8) {
        switch byte {
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        default: bytes.append(contentsOf: ((byte < 0x10 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8)
        }
    }

    /// One of the printing functions of the C++ target.
    typealias PrintNumbers<Number> = (UnsafePointer<Number>?, Int, Bool, UnsafeMutablePointer<UInt8>?) ->
        CSimdJSONPrinted

    /// Prints straight into the array's memory.
    ///
    /// - Parameter room: bytes a number can need, with its separator.
    mutating func appendNumbers<Number: BinaryFloatingPoint>(
        _ values: Span<Number>, room: Int, print: PrintNumbers<Number>
    ) throws(JSONError) {
        let isSpaced = layout == .indented
        var printed = CSimdJSONPrinted()
        bytes.append(addingCapacity: values.count * room + Int(CSimdJSONPrintSlack)) { span in
            unsafe span.withUnsafeMutableBufferPointer { text, count in
                printed = unsafe values.withUnsafeBufferPointer {
                    unsafe print($0.baseAddress, $0.count, isSpaced, text.baseAddress)
                }
                count = printed.written
            }
        }
        guard printed.stopped == values.count else {
            throw .notFinite(index: printed.stopped, value: "\(values[printed.stopped])")
        }
    }
}
