internal import CSimdJSON

extension JSONWriter {
    package mutating func string(_ value: String) {
        beginValue()
        appendQuoted(value)
    }

    package mutating func bool(_ value: Bool) {
        beginValue()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func null() {
        beginValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// - Parameter json: a JSON value as text, which the caller vouches for.
    package mutating func literal(_ json: String) {
        beginValue()
        bytes.append(contentsOf: json.utf8)
    }

    package mutating func int(_ value: Int) {
        beginValue()
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func uint64(_ value: UInt64) {
        beginValue()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// - Throws: `JSONError.notFinite`.
    package mutating func float(_ value: Float) throws(JSONError) {
        beginValue()
        try appendFloat(value)
    }

    /// - Throws: `JSONError.notFinite`.
    package mutating func double(_ value: Double) throws(JSONError) {
        beginValue()
        try appendDouble(value)
    }

    // MARK: Numbers alone, for tables of text

    /// Appends a number as JSON prints it, whatever stands before.
    ///
    /// - Throws: `JSONError.notFinite`.
    package mutating func appendDouble(_ value: Double) throws(JSONError) {
        let one = CollectionOfOne(value)
        try unsafe appendNumbers(one.span, room: Int(CSimdJSONDoubleRoom), print: CSimdJSONPrintDoubles)
    }

    /// - Throws: `JSONError.notFinite`.
    package mutating func appendFloat(_ value: Float) throws(JSONError) {
        let one = CollectionOfOne(value)
        try unsafe appendNumbers(one.span, room: Int(CSimdJSONFloatRoom), print: CSimdJSONPrintFloats)
    }

    // MARK: Arrays of numbers, on one line

    /// - Throws: `JSONError.notFinite` with the index; what is in `bytes` is then no longer JSON.
    package mutating func floats(_ values: Span<Float>) throws(JSONError) {
        try numbers { writer throws(JSONError) in
            try unsafe writer.appendNumbers(values, room: Int(CSimdJSONFloatRoom), print: CSimdJSONPrintFloats)
        }
    }

    package mutating func floats(_ values: [Float]) throws(JSONError) {
        try floats(values.span)
    }

    package mutating func doubles(_ values: [Double]) throws(JSONError) {
        try numbers { writer throws(JSONError) in
            try unsafe writer.appendNumbers(values.span, room: Int(CSimdJSONDoubleRoom), print: CSimdJSONPrintDoubles)
        }
    }

    package mutating func ints(_ values: [Int]) {
        let separator = layout == .indented ? ", " : ","
        numbers { writer in
            writer.bytes.append(contentsOf: values.map(String.init).joined(separator: separator).utf8)
        }
    }

    private mutating func numbers<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginValue()
        bytes.append(UInt8(ascii: "["))
        try body(&self)
        bytes.append(UInt8(ascii: "]"))
    }
}
