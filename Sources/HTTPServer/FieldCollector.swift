/// Copies header fields, and makes sure that between them lies nothing but what libmicrohttpd cut them at.
///
/// It ends a name or a value at a NUL that the client sent and drops the rest, and it glues folded lines together wrongly. Both show
/// in the addresses: from a name to its value there are a NUL (the colon that was) and blanks, from there to the next name one or two
/// NULs (the line's end that was). Only a NUL right before a bare LF cannot be told from CRLF, and is read as one.
struct FieldCollector {
    private var fields = HTTPFields()
    private var end: UInt
    private let headEnd: UInt

    /// - Parameter bytes: addresses from the end of the request line's text to the end of the header.
    init(_ bytes: Range<UInt>) {
        (end, headEnd) = (bytes.lowerBound, bytes.upperBound)
    }

    mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let nameStart = UInt(bitPattern: name.baseAddress)
        let valueStart = UInt(bitPattern: value.baseAddress)
        if !isLineEnd(end, nameStart, lines: 1) || !isColon(nameStart + UInt(name.count), valueStart) {
            fields.isWhole = false
        }
        unsafe fields.append(name: name, value: value)
        end = valueStart + UInt(value.count)
    }

    consuming func finish() -> HTTPFields {
        if !isLineEnd(end, headEnd, lines: 2) { fields.isWhole = false }
        return fields
    }

    private func isLineEnd(_ start: UInt, _ end: UInt, lines: UInt) -> Bool {
        guard end >= start, (lines...2 * lines).contains(end - start) else { return false }
        return unsafe bytes(start, end).allSatisfy { $0 == 0 }
    }

    /// The colon has become a NUL.
    private func isColon(_ start: UInt, _ end: UInt) -> Bool {
        guard end > start, end <= headEnd else { return false }
        let bytes = unsafe bytes(start, end)
        return unsafe bytes[0] == 0 && bytes.dropFirst().allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// In the header's memory, which libmicrohttpd keeps while it calls.
    private func bytes(_ start: UInt, _ end: UInt) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: Int(end - start))
    }
}
