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

    /// Expected texts are those of `std::to_chars`.
    @Test(
        arguments: [
            (1, "1"), (9, "9"), (10, "10"), (-9, "-9"), (100_000, "1e+05"), (120_000, "120000"), (123_456, "123456"),
            (1e6, "1e+06"), (16_777_216, "16777216"), (33_554_432, "33554432"), (1e9, "1e+09"),
            (1_234_499_968, "1234499968"), (1e15, "1e+15"), (1.5, "1.5"), (-12.25, "-12.25"), (1234.5678, "1234.5677"),
            (0.5, "0.5"), (0.1, "0.1"), (0.01, "0.01"), (0.001, "0.001"), (0.0001, "1e-04"), (0.00012, "0.00012"),
            (0.000123, "0.000123"), (0.000012345678, "1.2345678e-05"), (123456.7, "123456.7"), (-0.999, "-0.999"),
            (.leastNonzeroMagnitude, "1e-45"), (.leastNormalMagnitude, "1.1754944e-38"),
            (.greatestFiniteMagnitude, "3.4028235e+38"), (Float.leastNormalMagnitude.nextDown, "1.1754942e-38"),
            (1e10, "1e+10"),
            (9.8e20, "9.8e+20"), (-0x1p-144, "-4.5e-44"), (0x1p-126, "1.1754944e-38"), (0x1p-10, "0.0009765625"),
            (8_388_607.5, "8388607.5"), (0.3, "0.3"), (123_456_790_528, "123456790528"),
        ] as [(Float, String)])
    func printsTheShorterForm(value: Float, expected: String) throws {
        #expect(try text { try $0.float(value) } == expected)
    }

    /// As few digits as Swift's own printing, which knows nothing of ours, and the same ones.
    @Test func printsTheDigitsThatSwiftPrints() throws {
        var generator = SeededGenerator(state: 9)
        let bits = (0..<200_000).map { _ in UInt32.random(in: .min ... .max, using: &generator) }
        let unit = (0..<100_000).map { _ in Float.random(in: -1..<1, using: &generator) }
        // The only number that is printed with more digits.
        let values = (bits.map(Float.init(bitPattern:)) + unit).filter { $0.isFinite && $0.magnitude != 0x1.5c87fap-84 }
        let written = try text { try $0.floats(values) }.dropFirst().dropLast().split(separator: ",")
        try #require(written.count == values.count)
        let wrong = zip(values, written).filter { value, text in
            // Beyond 2²⁴ a text without exponent has all the digits of the number.
            let isWhole = value.magnitude >= 0x1p24 && !text.contains("e")
            return isWhole ? Double(String(text)) != Double(value) : digits(text) != digits(value.description)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    /// Numbers are printed in blocks, unless something in a block is special.
    @Test(arguments: [0, 1, 2, 15, 16, 17, 31, 32, 33, 100])
    func printsTheSameAloneAndAmongOthers(count: Int) throws {
        var generator = SeededGenerator(state: 10)
        for kind in 0..<5 {
            let values = (0..<count).map { _ in
                switch kind {
                case 0: Float(Int.random(in: 0...1, using: &generator))
                case 1: Float.random(in: -2..<2, using: &generator)
                case 2: [Float(0.25), 0, -0.0, 7, -3, 0x1p-140, 1e20, 10][Int.random(in: 0..<8, using: &generator)]
                case 3: Float(Int.random(in: 0..<1000, using: &generator))
                default: Float.random(in: 0..<1, using: &generator) * .leastNormalMagnitude * 3
                }
            }
            let alone = try values.map { value in try text { try $0.float(value) } }
            #expect(try text { try $0.floats(values) } == "[\(alone.joined(separator: ","))]")
            #expect(try text(.indented) { try $0.floats(values) } == "[\(alone.joined(separator: ", "))]")
        }
    }

    @Test func findsWhatIsNotFiniteAnywhere() {
        for index in 0..<40 {
            for filler: Float in [0, 0.5] {
                var values = [Float](repeating: filler, count: 40)
                values[index] = .nan
                var writer = JSONWriter()
                #expect(throws: JSONError.notFinite(index: index, value: "nan")) { try writer.floats(values) }
            }
        }
    }

    /// The digits that count, and the power of ten of the first.
    private func digits(_ number: some StringProtocol) -> String {
        let parts = number.split(separator: "e")
        let places = parts[0].drop { $0 == "-" }.split(separator: ".")
        let all = places.joined()
        let zeros = all.prefix { $0 == "0" }.count
        let trimmed = String(String(all.dropFirst(zeros).reversed()).drop { $0 == "0" }.reversed())
        let exponent = (parts.count > 1 ? Int(parts[1])! : 0) + places[0].count - zeros
        return "\(number.first == "-")\(trimmed)e\(exponent)"
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
