/// Undoes percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// The text behind `encoded`, or nil when it cannot be trusted to mean one thing.
    ///
    /// Refused: an escape without two hexadecimal digits; NUL, escaped or not (C code further down would cut the
    /// text there); and bytes that are not UTF-8.
    static func decode(_ encoded: Substring) -> String? {
        guard encoded.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == 0 }) else { return String(encoded) }
        guard let bytes = decodedBytes(encoded.utf8) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func decodedBytes(_ encoded: Substring.UTF8View) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = encoded.makeIterator()
        while let byte = rest.next() {
            guard let value = byte == UInt8(ascii: "%") ? escapedByte(&rest) : byte, value != 0 else { return nil }
            decoded.append(value)
        }
        return decoded
    }

    private static func escapedByte(_ rest: inout some IteratorProtocol<UInt8>) -> UInt8? {
        guard let high = rest.next()?.hexadecimalValue, let low = rest.next()?.hexadecimalValue else { return nil }
        return high << 4 | low
    }
}
