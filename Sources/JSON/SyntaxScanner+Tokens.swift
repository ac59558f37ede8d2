internal import CSimdJSON

extension SyntaxScanner {
    // MARK: Strings

    mutating func scanString() throws(Fault) {
        let start = position
        position += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try scanEscape()
            case ..<0x20:
                throw fault("a control character in a string must be escaped (\(hexadecimal(byte)))")
            default:
                try scanCharacter()
            }
        }
        throw Fault(offset: start, problem: "the string that begins here is not closed")
    }

    private mutating func scanEscape() throws(Fault) {
        guard position + 1 < bytes.count else { throw fault("the document ends within an escape") }
        switch bytes[position + 1] {
        case UInt8(ascii: "u"):
            try scanUnicodeEscape()
        case let byte where "\"\\/bfnrt".utf8.contains(byte):
            position += 2
        default:
            throw fault("not an escape that JSON has")
        }
    }

    /// `\u` and four hexadecimal digits; a high surrogate needs its low one (RFC 8259 §7).
    private mutating func scanUnicodeEscape() throws(Fault) {
        guard let unit = codeUnit(at: position) else { throw fault("expected four hexadecimal digits after \\u") }
        switch unit {
        case 0xD800...0xDBFF:
            guard let low = codeUnit(at: position + 6), 0xDC00...0xDFFF ~= low else {
                throw fault("a high surrogate without its low surrogate")
            }
            position += 12
        case 0xDC00...0xDFFF:
            throw fault("a low surrogate without its high surrogate")
        default:
            position += 6
        }
    }

    /// The value of `\u` and four hexadecimal digits, or nil when they are not there.
    private func codeUnit(at offset: Int) -> UInt16? {
        guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        let digits = bytes[(offset + 2)..<(offset + 6)]
        guard digits.allSatisfy({ isHexadecimal($0) }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit
    }

    /// One character of valid UTF-8.
    private mutating func scanCharacter() throws(Fault) {
        let width = bytes[position] < 0x80 ? 1 : bytes[position] < 0xE0 ? 2 : bytes[position] < 0xF0 ? 3 : 4
        let character = bytes[position..<min(position + width, bytes.count)]
        guard let text = String(validating: character, as: UTF8.self), text.unicodeScalars.count == 1 else {
            throw fault("the byte \(hexadecimal(bytes[position])) is not valid UTF-8 here")
        }
        position += width
    }

    // MARK: Numbers

    mutating func scanNumber() throws(Fault) {
        let start = position
        _ = take("-")
        if take("0") {
            if isDigit(current) { throw Fault(offset: start, problem: "a number must not begin with a needless 0") }
        } else {
            try scanDigits(after: "'-'")
        }
        let isWhole = current != UInt8(ascii: ".") && current != UInt8(ascii: "e") && current != UInt8(ascii: "E")
        if take(".") { try scanDigits(after: "the decimal point") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try scanDigits(after: "the exponent mark")
        }
        try checkRange(from: start, isWhole: isWhole)
    }

    private mutating func scanDigits(after what: String) throws(Fault) {
        if current == UInt8(ascii: "I") { throw fault("infinity is not JSON") }
        guard isDigit(current) else { throw fault("expected a digit after \(what), found \(found)") }
        while isDigit(current) { position += 1 }
    }

    func isDigit(_ byte: UInt8?) -> Bool {
        byte.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false
    }

    private func checkRange(from start: Int, isWhole: Bool) throws(Fault) {
        let text = bytes[start..<position]
        if isWhole {
            let digits = String(decoding: text, as: UTF8.self)
            if Int64(digits) != nil || UInt64(digits) != nil { return }
            throw Fault(offset: start, problem: "a whole number beyond 64 bits; write it with '.0' or an exponent")
        }
        var value = 0.0
        let status = unsafe text.withUnsafeBufferPointer {
            unsafe CSimdJSONReadDouble($0.baseAddress, $0.count, &value)
        }
        guard status != CSimdJSONNumberOverflows else {
            throw Fault(offset: start, problem: "a number too large for double precision")
        }
    }

    // MARK: Words, and what is none

    mutating func scanWord() throws(Fault) {
        let word = wordAtPosition
        switch word {
        case "true", "false", "null":
            position += word.utf8.count
        case "":
            throw fault("expected a value, found \(found)")
        case "NaN", "nan", "Infinity", "inf", "Inf":
            throw fault("\(word) is not JSON")
        case "True", "False", "None", "undefined":
            throw fault("\(word) is not JSON; it has true, false and null")
        default:
            throw fault("expected a value, found '\(word)'")
        }
    }

    /// Letters from here on, at most as many as a message can bear.
    private var wordAtPosition: String {
        let letters = bytes[position...].prefix(20).prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        return String(decoding: letters, as: UTF8.self)
    }

    /// What is here, for a message.
    var found: String {
        guard let byte = current else { return "the end of the document" }
        if bytes[position...].starts(with: [0xEF, 0xBB, 0xBF]) { return "a byte order mark, which JSON has not" }
        switch byte {
        case UInt8(ascii: "'"): return "a single quote; JSON has double quotes only"
        case UInt8(ascii: "/"), UInt8(ascii: "#"): return "'\(Unicode.Scalar(byte))'; JSON has no comments"
        case 0x21...0x7E: return "'\(Unicode.Scalar(byte))'"
        default: return "the byte \(hexadecimal(byte))"
        }
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
