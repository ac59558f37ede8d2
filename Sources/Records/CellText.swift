/// What the text of a cell says, whatever the column.
package enum CellText {
    /// Cells that stand for "not known" unless a table says otherwise.
    package static let defaultMissingTokens = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]

    /// One text for one number: `1.0`, `1e0` and `1` are the same level.
    ///
    /// - Returns: nil for what is no number, and for codes that only look like one, such as `007`.
    package static func canonicalNumber(_ text: Span<UInt8>) -> String? {
        guard (1...40).contains(text.count), !hasLeadingZero(text) else { return nil }
        var isNumber = true
        for i in text.indices where !"0123456789.+-eE".utf8.contains(text[i]) { isNumber = false }
        guard isNumber, let string = String(validating: text, as: UTF8.self), let value = Double(string),
            value.isFinite
        else { return nil }
        return canonical(value)
    }

    /// The number that a text stands for, with or without zeros in front; nil for what is none.
    package static func number(_ text: Span<UInt8>) -> Double? {
        var core = text.core
        while core.count > 1, text[core.lowerBound] == UInt8(ascii: "0"),
            text[core.lowerBound + 1] &- UInt8(ascii: "0") <= 9
        {
            core = core.lowerBound + 1..<core.upperBound
        }
        return canonicalNumber(text.extracting(core)).flatMap { Double($0) }
    }

    /// Whether a number is written like a code: `007`, `-01`.
    package static func hasLeadingZero(_ text: Span<UInt8>) -> Bool {
        let core = text.core
        var start = core.lowerBound
        if start < core.upperBound, text[start] == UInt8(ascii: "-") || text[start] == UInt8(ascii: "+") { start += 1 }
        return core.upperBound - start > 1 && text[start] == UInt8(ascii: "0")
            && text[start + 1] &- UInt8(ascii: "0") <= 9
    }

    /// The shortest decimal that reads back as the number, without a point where it is whole.
    package static func canonical(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int(value))" }
        return "\(value)"
    }

    /// Whether the text is a number but for a point with nothing behind it, which more often is half of a number than a whole one.
    package static func endsInBarePoint(_ text: Span<UInt8>) -> Bool {
        let core = text.core
        guard core.count > 1, text[core.upperBound - 1] == UInt8(ascii: ".") else { return false }
        return canonicalNumber(text.extracting(core.lowerBound..<core.upperBound - 1)) != nil
    }

    /// For a message: shortened, and readable whatever the bytes.
    package static func excerpt(_ text: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for i in 0..<min(text.count, 200) { bytes.append(text[i]) }
        let string = String(decoding: bytes, as: UTF8.self)
        return string.count > 40 ? "\(string.prefix(40))…" : string
    }
}

extension String {
    fileprivate init?(validating bytes: Span<UInt8>, as encoding: UTF8.Type) {
        var array: [UInt8] = []
        array.reserveCapacity(bytes.count)
        for i in bytes.indices { array.append(bytes[i]) }
        self.init(validating: array, as: encoding)
    }
}
