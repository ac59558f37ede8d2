/// Numbers as lower-case hexadecimal of a fixed width.
enum Hexadecimal {
    /// - Parameter fill: appends to the text, which holds at most `capacity` bytes.
    static func text(capacity: Int, _ fill: (inout OutputSpan<UInt8>) -> Void) -> String {
        unsafe String(unsafeUninitializedCapacity: capacity) { buffer in
            var span = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            fill(&span)
            return unsafe span.finalize(for: buffer)
        }
    }

    static func append(_ word: UInt64, digits: Int = 16, to text: inout OutputSpan<UInt8>) {
        for place in stride(from: 4 * (digits - 1), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: (word >> UInt64(place)) & 15)
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
    }

    /// The number that at most 16 lower-case digits are; nil for anything else.
    static func word(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            guard digit < UInt8(ascii: "A") || digit > UInt8(ascii: "F"), let value = digit.hexadecimalValue else {
                return nil
            }
            word = word << 4 | UInt64(value)
        }
        return word
    }
}
