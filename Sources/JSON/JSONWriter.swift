/// Writes JSON text piece by piece into one byte array.
///
/// Numbers are in the shortest form that reads back as the same bits, so a whole number has no `.0` (`1`, not `1.0`),
/// except −0 and magnitudes from 2⁵³ up without an exponent, which readers would otherwise take for integers and
/// spoil. What is not finite is never written.
///
/// The order of calls is the caller's: an object's members are `key` and then one value.
package struct JSONWriter: Sendable {
    /// Where line breaks go.
    package enum Layout: Sendable {
        /// No space at all.
        case compact
        /// Two spaces a level, and arrays of numbers on one line.
        case indented
    }

    /// The text so far. A caller may take it out and put it back to reuse its memory.
    package var bytes: [UInt8]

    let layout: Layout
    private var depth = 0
    /// Whether the next value is the first of its array or object, or the outermost.
    private var isFirst = true
    private var isAfterKey = false

    /// - Parameter bytes: what the text is appended to.
    package init(layout: Layout = .compact, appendingTo bytes: [UInt8] = []) {
        self.layout = layout
        self.bytes = bytes
    }

    // MARK: Structure

    package mutating func beginObject() { open("{") }

    package mutating func endObject() { close("}") }

    package mutating func beginArray() { open("[") }

    package mutating func endArray() { close("]") }

    package mutating func key(_ key: String) {
        precondition(!isAfterKey, "a key needs a value")
        beginValue()
        appendQuoted(key)
        bytes.append(UInt8(ascii: ":"))
        if layout == .indented { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// Calls between an opening and a closing brace.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// Calls between an opening and a closing bracket.
    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try body(&self)
        endArray()
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        beginValue()
        bytes.append(UInt8(ascii: bracket))
        depth += 1
        isFirst = true
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        precondition(depth > 0 && !isAfterKey, "nothing to close here")
        depth -= 1
        if !isFirst { breakLine() }
        bytes.append(UInt8(ascii: bracket))
        isFirst = false
    }

    /// Whatever must stand before a value: a comma, a line break, or nothing behind a key.
    mutating func beginValue() {
        if isAfterKey {
            isAfterKey = false
        } else {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            if depth > 0 { breakLine() }
        }
        isFirst = false
    }

    private mutating func breakLine() {
        guard layout == .indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
}
