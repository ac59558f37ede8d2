import JSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    private func text(_ layout: JSONWriter.Layout = .compact, _ body: (inout JSONWriter) throws -> Void) rethrows
        -> String
    {
        var writer = JSONWriter(layout: layout)
        try body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func writeModel(_ writer: inout JSONWriter) throws {
        try writer.object { writer in
            writer.key("name")
            writer.string("vae")
            writer.key("mu")
            try writer.floats([1, -0.5, 1e-10])
            writer.key("rows")
            try writer.array { writer in
                writer.object { _ in }
                writer.array { _ in }
                writer.null()
                writer.bool(true)
                writer.int(-3)
                writer.uint64(.max)
                try writer.double(0.1)
                try writer.float(0.1)
            }
        }
    }

    @Test func writesCompactly() throws {
        #expect(
            try text { try writeModel(&$0) }
                == #"{"name":"vae","mu":[1,-0.5,1e-10],"rows":[{},[],null,true,-3,18446744073709551615,0.1,0.1]}"#)
    }

    @Test func writesIndentedWithNumbersOnOneLine() throws {
        let expected = """
            {
              "name": "vae",
              "mu": [1, -0.5, 1e-10],
              "rows": [
                {},
                [],
                null,
                true,
                -3,
                18446744073709551615,
                0.1,
                0.1
              ]
            }
            """
        #expect(try text(.indented) { try writeModel(&$0) } == expected)
    }

    @Test func writesArraysOfNumbers() throws {
        #expect(try text { try $0.floats([]) } == "[]")
        #expect(try text { try $0.doubles([1, 2.5]) } == "[1,2.5]")
        #expect(text(.indented) { $0.ints([1, -2]) } == "[1, -2]")
        #expect(text { $0.ints([]) } == "[]")
    }

    @Test func escapesWhatMustBe() throws {
        let all =
            String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0 as UInt32) })) + "é\u{2028}😀"
        let written = text { $0.string(all) }
        #expect(try parse(written).string() == all)
        #expect(text { $0.string("a\"\\\n\u{1}\u{1F}/é") } == #""a\"\\\n\u0001\u001f/é""#)
        #expect(
            text {
                $0.object { writer in
                    writer.key("\""); writer.null()
                }
            } == #"{"\"":null}"#)
    }

    @Test func keepsTheSignOfZeroAndMarksLargeWholeNumbers() throws {
        #expect(try text { try $0.floats([0, -0.0]) } == "[0,-0.0]")
        #expect(try text { try $0.double(1.2345678901234568e20) } == "123456789012345683968.0")
        #expect(try text { try $0.double(9_007_199_254_740_991) } == "9007199254740991")
        #expect(try text { try $0.double(1e300) } == "1e+300")
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func neverWritesWhatIsNotFinite(value: Float) {
        var writer = JSONWriter()
        #expect(throws: JSONError.notFinite(index: 2, value: "\(value)")) { try writer.floats([1, 2, value]) }
        #expect(throws: JSONError.notFinite(index: 0, value: "\(value)")) { try writer.float(value) }
        #expect(throws: JSONError.notFinite(index: 0, value: "\(value)")) { try writer.double(Double(value)) }
    }

    @Test func appendsToMemoryThatIsThere() throws {
        var writer = JSONWriter(appendingTo: [0x20])
        writer.null()
        #expect(writer.bytes == Array(" null".utf8))
    }

    @Test func floatsReadBackAsTheSameBits() throws {
        var generator = SeededGenerator(state: 7)
        let edges: [Float] = [
            0, -0.0, 1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 16777216,
        ]
        let random = (0..<100_000).map { _ in Float(bitPattern: UInt32.random(in: .min ... .max, using: &generator)) }
            .filter(\.isFinite)
        let values = edges + random
        let written = try text { try $0.floats(values) }
        #expect(try parse(written).floats().values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    /// Its shortest decimal is nearly half way to its neighbour.
    @Test func readsBackTheFloatThatIsRoundedTwice() throws {
        let values = [Float(bitPattern: 0x15AE_43FD), Float(bitPattern: 0x95AE_43FD)]
        let written = try text { try $0.floats(values) }
        #expect(written == "[7.03853069e-26,-7.03853069e-26]")
        #expect(try parse(written).floats().values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func doublesReadBackAsTheSameBits() throws {
        var generator = SeededGenerator(state: 8)
        let edges: [Double] = [
            0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e20, 1e22, -1.2345678901234568e20,
        ]
        let random = (0..<100_000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        let whole = (0..<10_000).map { _ in
            Double(sign: .plus, exponent: 60, significand: .random(in: 1..<1000, using: &generator)).rounded()
        }
        let values = edges + random + whole
        let written = try text { try $0.doubles(values) }
        #expect(try parse(written).doubles().map(\.bitPattern) == values.map(\.bitPattern))
    }
}
