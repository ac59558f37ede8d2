import Records
import TestSupport
import Testing

@Suite struct LevelsTests {
    /// So many words that buckets are shared, and as many that are not among them.
    @Test func findsEveryWordAndNoOther() throws {
        var generator = SeededGenerator(state: 2)
        var names = Set<String>()
        while names.count < 4_000 { names.insert(String(generator.next() % 50_000, radix: 36)) }
        let levels = try Levels(Array(names.sorted().prefix(2_000)))
        for (place, name) in levels.names.enumerated() { #expect(levels.place(of: name) == place) }
        for name in names.sorted().suffix(2_000) where Double(name) == nil {
            #expect(levels.place(of: name) == nil, "\(name)")
        }
        #expect(levels.count == 2_000)
    }

    @Test func spacesAroundAWordDoNotCount() throws {
        let levels = try Levels(["a b", "", "x"])
        #expect(levels.place(of: " a b\t") == 0 && levels.place(of: "a  b") == nil)
        #expect(levels.place(of: "  ") == 1 && levels.place(of: "\tx") == 2)
        #expect(levels.place(of: "X") == nil)
    }

    @Test func oneNumberIsOneLevel() throws {
        let levels = try Levels(["1", "0.5", "-2", "7", "1000", "0"])
        for (text, place) in [
            ("1.0", 0), ("1e0", 0), ("+1", 0), ("10e-1", 0), (".5", 1), ("0.50", 1), ("-2.0", 2), ("1e3", 4), ("-0", 5),
            ("0.0", 5),
        ] {
            #expect(levels.place(of: text) == place, "\(text)")
        }
        // Codes that only look like numbers.
        for text in ["007", "01", "1,0", "1x", "0x1", "one", "1 0", "infinity", "nan"] {
            #expect(levels.place(of: text) == nil, "\(text)")
        }
        #expect(try Levels(["007"]).place(of: "007") == 0 && Levels(["007"]).place(of: "7") == nil)
    }

    @Test func refusesTheSameNameTwice() {
        #expect(throws: RecordError.duplicateLevel("b")) { try Levels(["a", "b", "c", "b"]) }
        #expect(throws: Never.self) { try Levels([]) }
    }

    /// An accent written as one character or as two is two words, as bytes are what is compared.
    @Test func comparesBytes() throws {
        let levels = try Levels(["\u{E9}", "e\u{301}"])
        #expect(levels.place(of: "\u{E9}") == 0 && levels.place(of: "e\u{301}") == 1)
    }
}
