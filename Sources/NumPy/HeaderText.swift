/// Reads the dictionary of a header: three keys in any order, in Python's words.
struct HeaderText {
    struct Fields {
        let element: String
        let isColumnMajor: Bool
        let shape: [Int]
    }

    /// What NumPy 2 has at most.
    static let mostDimensions = 64
    /// A longer word is none of ours.
    private static let longestWord = 64

    private let bytes: [UInt8]
    private let end: Int
    private var place: Int
    private var element: String?
    private var isColumnMajor: Bool?
    private var shape: [Int]?

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        (self.bytes, place, end) = (bytes, range.lowerBound, range.upperBound)
    }

    mutating func fields() throws(NPYError) -> Fields {
        try take("{", "a dictionary")
        while !takes("}") {
            try readMember()
            if takes(",") { continue }
            try take("}", "',' or '}'")
            break
        }
        guard peek() == nil else { throw bad("nothing behind the dictionary") }
        guard let element else { throw .missingKey("descr") }
        guard let isColumnMajor else { throw .missingKey("fortran_order") }
        guard let shape else { throw .missingKey("shape") }
        return Fields(element: element, isColumnMajor: isColumnMajor, shape: shape)
    }

    private mutating func readMember() throws(NPYError) {
        let key = try text("a key")
        try take(":", "':'")
        switch key {
        case "descr":
            guard element == nil else { throw .repeatedKey(key) }
            element = try text("the name of a type: records are not read")
        case "fortran_order":
            guard isColumnMajor == nil else { throw .repeatedKey(key) }
            isColumnMajor = try flag()
        case "shape":
            guard shape == nil else { throw .repeatedKey(key) }
            shape = try tuple()
        default: throw .unknownKey(key)
        }
    }

    // MARK: Values

    /// Between quotes of either kind, without escapes.
    private mutating func text(_ expected: String) throws(NPYError) -> String {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw bad(expected)
        }
        let start = place + 1
        guard let close = bytes[start..<min(end, start + Self.longestWord + 1)].firstIndex(of: quote) else {
            throw bad("a word of at most \(Self.longestWord) bytes in quotes")
        }
        let word = bytes[start..<close]
        guard word.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw bad("a word of printable letters")
        }
        place = close + 1
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func flag() throws(NPYError) -> Bool {
        _ = peek()
        for (word, value) in [("True", true), ("False", false)] where bytes[place..<end].starts(with: word.utf8) {
            place += word.utf8.count
            return value
        }
        throw bad("True or False")
    }

    /// A tuple of one number has a comma behind it.
    private mutating func tuple() throws(NPYError) -> [Int] {
        try take("(", "a tuple")
        var sides: [Int] = []
        while !takes(")") {
            guard sides.count < Self.mostDimensions else { throw .tooManyDimensions(limit: Self.mostDimensions) }
            sides.append(try number())
            if takes(",") { continue }
            guard sides.count > 1 else { throw bad("','") }
            try take(")", "',' or ')'")
            break
        }
        return sides
    }

    /// A whole number from 0. Python 2 put an L behind it.
    private mutating func number() throws(NPYError) -> Int {
        _ = peek()
        let digits = bytes[place..<end].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw bad("a whole number from 0 to \(Int.max)")
        }
        place += digits.count
        if place < end, bytes[place] == UInt8(ascii: "L") { place += 1 }
        return value
    }

    // MARK: Bytes

    /// The next byte that is no blank.
    private mutating func peek() -> UInt8? {
        while place < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        return place < end ? bytes[place] : nil
    }

    private mutating func takes(_ letter: Unicode.Scalar) -> Bool {
        guard let next = peek(), next == UInt8(ascii: letter) else { return false }
        place += 1
        return true
    }

    private mutating func take(_ letter: Unicode.Scalar, _ expected: String) throws(NPYError) {
        guard takes(letter) else { throw bad(expected) }
    }

    private func bad(_ expected: String) -> NPYError { .badHeader(place: place, expected: expected) }
}
