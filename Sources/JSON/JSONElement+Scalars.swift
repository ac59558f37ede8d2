extension JSONElement {
    package func string() throws(JSONError) -> String {
        try expect(.string)
        return parser.string(node)
    }

    /// Calls with a string's UTF-8, its escapes undone, without a copy.
    package func withStringBytes<Result>(_ body: (Span<UInt8>) -> Result) throws(JSONError) -> Result {
        try expect(.string)
        return parser.withBytes(node, body)
    }

    package func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        return parser.tag(node) == UInt8(ascii: "t")
    }

    /// The nearest binary64: exact for what was printed from a `Double`.
    package func double() throws(JSONError) -> Double {
        switch try number() {
        case .double(let value): value
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        }
    }

    /// The nearest binary32.
    ///
    /// - Throws: `JSONError.outOfRange` when that is infinite.
    package func float() throws(JSONError) -> Float {
        let value = Float(try double())
        guard value.isFinite else { throw outOfRange(expected: "a number that single precision can hold") }
        return value
    }

    /// A whole number from 0 to 2⁶⁴ − 1, exactly; `16.0` and `1e3` are whole too.
    package func uint64() throws(JSONError) -> UInt64 { try integer() }

    /// A whole number from −2⁶³ to 2⁶³ − 1, exactly.
    package func int64() throws(JSONError) -> Int64 { try integer() }

    /// As `int64`.
    package func int() throws(JSONError) -> Int { try integer() }

    package func ints() throws(JSONError) -> [Int] {
        var values: [Int] = []
        for element in try elements() { values.append(try element.int()) }
        return values
    }

    package func doubles() throws(JSONError) -> [Double] {
        var values: [Double] = []
        for element in try elements() { values.append(try element.double()) }
        return values
    }

    package func strings() throws(JSONError) -> [String] {
        var values: [String] = []
        for element in try elements() { values.append(try element.string()) }
        return values
    }
}

// MARK: Numbers as the tape holds them

extension JSONElement {
    private enum Number {
        case signed(Int64)
        case unsigned(UInt64)
        case double(Double)
    }

    private func number() throws(JSONError) -> Number {
        try expect(.number)
        let bits = parser.numberBits(node)
        return switch parser.tag(node) {
        case UInt8(ascii: "l"): .signed(Int64(bitPattern: bits))
        case UInt8(ascii: "u"): .unsigned(bits)
        default: .double(Double(bitPattern: bits))
        }
    }

    private func integer<Integer: FixedWidthInteger>() throws(JSONError) -> Integer {
        let value: Integer? =
            switch try number() {
            case .signed(let value): Integer(exactly: value)
            case .unsigned(let value): Integer(exactly: value)
            case .double(let value): exactInteger(value)
            }
        guard let value else { throw outOfRange(expected: "a whole number from \(Integer.min) to \(Integer.max)") }
        return value
    }

    /// Beyond 2⁵³ neighbouring integers share a double, so the text may have meant another one.
    private func exactInteger<Integer: FixedWidthInteger>(_ value: Double) -> Integer? {
        value.magnitude <= 0x1p53 ? Integer(exactly: value) : nil
    }

    private func outOfRange(expected: String) -> JSONError {
        .outOfRange(path: path, expected: expected, got: numberText)
    }

    /// The number as a person would write it.
    private var numberText: String {
        switch try? number() {
        case .signed(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .double(let value): "\(value)"
        case nil: kind.rawValue
        }
    }
}
