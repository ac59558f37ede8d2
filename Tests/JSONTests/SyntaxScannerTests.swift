import Testing

@testable import JSON

@Suite struct SyntaxScannerTests {
    @Test(arguments: [
        ("", 0, "the document is empty"),
        (" \n ", 3, "the document is empty"),
        ("[1, 2", 5, "expected ',' or ']', found the end of the document"),
        ("[1 2]", 3, "expected ',' or ']', found '2'"),
        ("[1,]", 3, "expected a value, found ']'"),
        ("[,1]", 1, "expected a value, found ','"),
        ("[NaN]", 1, "NaN is not JSON"),
        ("[-Infinity]", 2, "infinity is not JSON"),
        ("[Infinity]", 1, "Infinity is not JSON"),
        ("[True]", 1, "True is not JSON; it has true, false and null"),
        ("[nul]", 1, "expected a value, found 'nul'"),
        ("{\"a\" 1}", 5, "expected ':' after the key, found '1'"),
        ("{\"a\": 1,}", 8, "expected a key in double quotes, found '}'"),
        ("{a: 1}", 1, "expected a key in double quotes, found 'a'"),
        ("{'a': 1}", 1, "expected a key in double quotes, found a single quote; JSON has double quotes only"),
        ("{\"a\": 1", 7, "expected ',' or '}', found the end of the document"),
        ("[1] x", 4, "expected the end of the document, found 'x'"),
        ("[1] // x", 4, "expected the end of the document, found '/'; JSON has no comments"),
        ("\u{FEFF}[1]", 0, "expected a value, found a byte order mark, which JSON has not"),
        ("[01]", 1, "a number must not begin with a needless 0"),
        ("[1.]", 3, "expected a digit after the decimal point, found ']'"),
        ("[.5]", 1, "expected a value, found '.'"),
        ("[+1]", 1, "expected a value, found '+'"),
        ("[-]", 2, "expected a digit after '-', found ']'"),
        ("[1e]", 3, "expected a digit after the exponent mark, found ']'"),
        ("[1e+]", 4, "expected a digit after the exponent mark, found ']'"),
        ("[18446744073709551616]", 1, "a whole number beyond 64 bits; write it with '.0' or an exponent"),
        ("[-9223372036854775809]", 1, "a whole number beyond 64 bits; write it with '.0' or an exponent"),
        ("[1e400]", 1, "a number too large for double precision"),
        ("[\"a]", 1, "the string that begins here is not closed"),
        ("[\"a\nb\"]", 3, "a control character in a string must be escaped (0x0A)"),
        ("[\"\\x\"]", 2, "not an escape that JSON has"),
        ("[\"\\u12G4\"]", 2, "expected four hexadecimal digits after \\u"),
        ("[\"\\uD800\"]", 2, "a high surrogate without its low surrogate"),
        ("[\"\\uDC00\"]", 2, "a low surrogate without its high surrogate"),
    ])
    func tellsThePlaceAndTheProblem(text: String, offset: Int, problem: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        guard case .syntax(let place, let told) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(place.offset == offset)
        #expect(told == problem)
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0x80],
        ] as [[UInt8]])
    func refusesInvalidUTF8(character: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONDocument([0x22] + character + [0x22]) }
        let first = "0x" + String(character[0], radix: 16, uppercase: true)
        let problem = "the byte \(first) is not valid UTF-8 here"
        #expect(error == .syntax(JSONPlace(offset: 1, line: 1, column: 2), problem: problem))
    }

    @Test func countsLinesAndCharacters() {
        let error = #expect(throws: JSONError.self) { try parse("{\n  \"é\": \"ü€😀\",\n  \"ö\": ?}") }
        #expect(error == .syntax(JSONPlace(offset: 31, line: 3, column: 8), problem: "expected a value, found '?'"))
        #expect(error?.description == "line 3, column 8: expected a value, found '?'")
    }

    @Test func agreesWithTheParserOnEveryTruncation() {
        let text = Array(#"{"a": [1.5e3, -2, true, false, null], "b\u00e9\n": {"ü": "x"}}"#.utf8)
        for count in 0..<text.count {
            let error = #expect(throws: JSONError.self) { try JSONDocument(Array(text[..<count])) }
            guard case .syntax(let place, _) = error else { return #expect(Bool(false), "\(count): \(error as Any)") }
            #expect(place.offset <= count)
        }
    }

    /// Whatever simdjson refuses gets a place, over texts with one byte changed.
    @Test func findsAPlaceForEveryChangedByte() {
        let text = Array(#"{"a": [1.5e3, -20, true, "\u00e9é"], "b": {"c": null}}"#.utf8)
        for index in text.indices {
            for byte in UInt8.min ... .max {
                var changed = text
                changed[index] = byte
                #expect(!isMalformed(changed), "byte \(index) as \(byte)")
            }
        }
    }

    private func isMalformed(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try JSONDocument(bytes)
            return false
        } catch .malformed {
            return true
        } catch {
            return false
        }
    }
}
