import Kernels
import RealModule
import Records
import Testing

/// What a column is taken for.
@Suite struct ColumnInferenceTests {
    // MARK: Numbers

    @Test func normalNumbersAreRealWithTheirMeanAndDeviation() throws {
        let numbers = Draws.normals(4_000, mean: 50, deviation: 3)
        let column = try ColumnProfile(numbers).column()
        let code = try #require(column.kind.numericCode)
        #expect(column.kind.word == .real && code.transform == .linear)
        #expect(abs(code.offset - 50) < 0.2 && abs(code.scale / 3 - 1) < 0.05)
        #expect(!column.isOptional && !column.isWhole && column.atoms.isEmpty && !column.isDiscrete)
    }

    /// One cell in two hundred may be anything; so the code does not move by more than some per cent.
    @Test(arguments: [1e3, -1e6, 1e12, 1e300])
    func fewWildNumbersDoNotMoveTheCode(wild: Double) throws {
        let numbers = Draws.normals(4_000, mean: 50, deviation: 3)
        let clean = try #require(try ColumnProfile(numbers).column(.real).kind.numericCode)
        var dirty = numbers
        for i in 0..<16 { dirty[i * 250] = wild }
        let code = try #require(try ColumnProfile(dirty).column(.real).kind.numericCode)
        #expect(abs(code.offset - clean.offset) < 0.05 * clean.scale, "\(code.offset)")
        #expect(abs(code.scale / clean.scale - 1) < 0.05, "\(code.scale)")
        #expect(abs(code.median - clean.median) < 0.05 && abs(code.spread / clean.spread - 1) < 0.05)
    }

    /// One cell in a hundred, on both sides.
    @Test(arguments: [1e3, 1e9, 1e300])
    func onePerCentOfWildNumbersOnBothSidesDoesNotMoveTheCode(wild: Double) throws {
        let numbers = Draws.normals(4_000, mean: 50, deviation: 3)
        let clean = try #require(try ColumnProfile(numbers).column(.real).kind.numericCode)
        var dirty = numbers
        for i in 0..<38 { dirty[i * 100] = i % 2 == 0 ? wild : -wild }
        let code = try #require(try ColumnProfile(dirty).column(.real).kind.numericCode)
        #expect(abs(code.offset - clean.offset) < 0.05 * clean.scale, "\(code.offset)")
        #expect(abs(code.scale / clean.scale - 1) < 0.07, "\(code.scale)")
    }

    @Test func heavyTailsKeepTheirMiddle() throws {
        let (a, b) = (Draws.normals(4_000, seed: 3), Draws.normals(4_000, seed: 4))
        // Cauchy's: no mean, no variance.
        let numbers = zip(a, b).map { 10 + $0 / $1 }
        let code = try #require(try ColumnProfile(numbers).column().kind.numericCode)
        #expect(code.transform == .linear && code.scale.isFinite)
        // The encoder measures by median and quartiles: 10 and ±1, which is 1/1.349·2 spreads.
        let median = code.value(code.median)
        #expect(abs(median - 10) < 0.15, "\(median)")
        #expect(abs(code.spread * code.scale * 1.349 / 2 - 1) < 0.1, "\(code.spread * code.scale)")
    }

    @Test func skewedAmountsArePositive() throws {
        let amounts = Draws.normals(4_000, deviation: 4, seed: 5).map { Double.exp($0) * 20 }
        let column = try ColumnProfile(amounts).column()
        #expect(column.kind.word == .positive)
        let code = try #require(column.kind.numericCode)
        guard case .logarithmic(let unit) = code.transform else {
            Issue.record("\(code)")
            return
        }
        #expect(unit > 0 && unit < 20)
        // Lopsided, but within reach of its own units.
        let mild = Draws.normals(4_000, deviation: 0.4, seed: 5).map { Double.exp($0) * 20 }
        #expect(try ColumnProfile(mild).column().kind.word == .real)
        // The same amounts with a sign are no positive column.
        #expect(try ColumnProfile(amounts.map { -$0 }).column().kind.word == .real)
    }

    @Test func wholeNumbersAreMarked() throws {
        let numbers = Draws.normals(4_000, mean: 100, deviation: 30).map { $0.rounded() }
        let column = try ColumnProfile(numbers, missing: 3).column()
        #expect(column.isWhole && column.isOptional && column.kind.word == .real)
        let shown = column.value(column.code(73))
        #expect(shown == .number(73))
        #expect(column.value(column.code(73.4)) == .number(73))
    }

    @Test func zeroAndOneIsBinary() throws {
        let column = try ColumnProfile((0..<50).map { Double($0 % 2) }).column()
        #expect(column.kind.word == .binary && column.kind.levels?.names == ["0", "1"])
        #expect(column.code(1) == 1 && column.code(0) == 0 && column.code(2) == Column.unknownCode)
        // Its cells are numbers to whoever reads them, though levels to the model.
        #expect(column.value(1) == .number(1))
        // Any two numbers are.
        #expect(try ColumnProfile([2.5, -1, 2.5]).column().kind.levels?.names == ["-1", "2.5"])
    }

    @Test func fewNumbersAreDiscrete() throws {
        let numbers = (0..<600).map { Double([1, 2, 5, 10, 20][$0 % 5]) }
        let column = try ColumnProfile(numbers).column()
        #expect(column.kind.word == .real && column.isDiscrete && column.atoms == [1, 2, 5, 10, 20])
        for (code, atom) in zip(column.atomCodes, column.atoms) { #expect(column.value(code) == .number(atom)) }
    }

    @Test func aSpikeIsAnAtom() throws {
        // A third of the amounts is 0.
        let numbers = Draws.normals(15_000, mean: 40, deviation: 10).enumerated().map { $0 % 3 == 0 ? 0 : $1 }
        let column = try ColumnProfile(numbers).column()
        #expect(column.atoms == [0] && !column.isDiscrete)
        // The spike does not move the code of the others.
        let code = try #require(column.kind.numericCode)
        #expect(abs(code.offset - 40) < 1 && abs(code.scale / 10 - 1) < 0.1)
    }

    @Test(arguments: [0, 7.25, -1e300, 1e-300])
    func oneNumberIsConstant(value: Double) throws {
        let column = try ColumnProfile(Array(repeating: value, count: 20)).column()
        #expect(column.kind == .constant(CellText.canonical(value)))
        #expect(column.code(value) == 0 && column.code(value + 1 + abs(value)) == 1)
    }

    /// Almost all the same: the rest decides the scale, which is never 0.
    @Test func nearlyConstantColumnsHaveAScale() throws {
        var numbers = Array(repeating: 5.0, count: 3_000)
        for i in 0..<20 { numbers[i * 150] = 5 + Double(i) / 10 }
        let code = try #require(try ColumnProfile(numbers).column().kind.numericCode)
        #expect(code.scale > 0 && code.scale.isFinite && code.spread > 0 && code.spread.isFinite)
        for x in [5, 4, 1e300, -1e300] { #expect(code.code(x).isFinite && code.feature(code.code(x)).isFinite) }
    }

    @Test func numbersOfAnySizeHaveACode() throws {
        let steps = (0..<40).map(Double.init)
        let both = steps.map { $0 < 20 ? 1e300 - $0 * 1e290 : -1e300 + $0 * 1e290 }
        for numbers in [steps.map { $0 * 1e298 }, steps.map { $0 * 1e-300 }, both, steps.map { $0 + 1e15 }] {
            let code = try #require(try ColumnProfile(numbers).column(.real).kind.numericCode)
            #expect(code.scale > 0 && code.scale.isFinite && code.offset.isFinite, "\(numbers[1])")
            #expect(code.spread > 0 && code.spread.isFinite && code.median.isFinite, "\(numbers[1])")
            for x in numbers { #expect(code.code(x).isFinite && code.feature(code.code(x)).isFinite) }
        }
    }

    // MARK: Words

    @Test func wordsAreCategoricalTheMostFrequentFirst() throws {
        let words = (0..<90).map { ["red", "green", "green", "blue", "blue", "blue"][$0 % 6] }
        let column = try ColumnProfile(words: words).column()
        #expect(column.kind.word == .categorical && column.kind.levels?.names == ["blue", "green", "red"])
        #expect(try ColumnProfile(words: ["b", "a", "b"]).column().kind.word == .binary)
        #expect(try ColumnProfile(words: ["b", "b"]).column().kind == .constant("b"))
    }

    /// As in tables with a space behind each comma.
    @Test func spacesAroundWordsDoNotCount() throws {
        let profile = ColumnProfile(words: (0..<30).map { [" red", "red", "green\t"][$0 % 3] })
        let column = try profile.column()
        #expect(column.kind.levels?.names == ["red", "green"])
        #expect(try profile.codes(column) == (0..<30).map { [0, 0, 1][$0 % 3] })
        #expect(try ColumnProfile(words: [" x", "x "]).column().kind == .constant("x"))
    }

    /// Words and numbers together are levels, while words among numbers are typing errors.
    @Test func mixedCellsAreLevels() throws {
        var profile = ColumnProfile(name: "x")
        for i in 0..<60 { if i % 3 == 0 { profile.add(Double(i % 2)) } else { profile.add(word: "n/k") } }
        let column = try profile.column()
        #expect(column.kind.word == .categorical && column.kind.levels?.names == ["n/k", "0", "1"])
    }

    /// Postal codes and the like: their zeros stay, in training and when records are read.
    @Test func leadingZerosOfLevelsStay() throws {
        var profile = ColumnProfile(name: "x")
        for i in 0..<60 {
            switch i % 3 {
            case 0: profile.add(501, padded: "00501")
            case 1: profile.add(10001)
            default: profile.add(word: "A1")
            }
        }
        let column = try profile.column()
        #expect(column.kind.levels?.names.sorted() == ["00501", "10001", "A1"])
        let codes = try profile.codes(column)
        #expect(try codes[0] == column.code(word: Array("00501".utf8).span) && codes[1] == column.code(10001))
        #expect(codes[0] >= 0 && Set(codes).count == 3)
    }

    /// Where all cells are numbers, zeros in front say nothing.
    @Test func leadingZerosOfNumbersDoNotCount() throws {
        var profile = ColumnProfile(name: "x")
        for i in 0..<100 { profile.add(Double(i), padded: "00\(i)") }
        let column = try profile.column()
        #expect(column.kind.word == .real)
        #expect(try profile.codes(column)[7] == column.code(7))
    }

    /// A plan that the data contradict is told, not followed.
    @Test func plansThatDoNotFitAreRefused() throws {
        let halves = ColumnProfile((0..<40).map { Double($0) / 2 })
        #expect(throws: RowError(1, .badColumn(name: "x", expected: "whole numbers from 0", got: "0.5"))) {
            try halves.column(.count)
        }
        let words = ColumnProfile(words: (0..<30).map { ["a", "b"][$0 % 2] })
        let plan = ColumnPlan(name: "x", kind: .ordinal, levels: ["a", "b", "a"])
        #expect(throws: RowError(0, .duplicateLevel("a"))) { try ColumnInference(words, plan: plan).column() }
    }

    /// `12.` is more often half a number than a whole one: a column of such is no column of words.
    @Test func numbersThatEndInTheirPointAreNamed() {
        var profile = ColumnProfile(name: "x")
        for i in 0..<40 {
            profile.addBarePoint()
            profile.add(word: "\(i).")
        }
        #expect(throws: RowError(0, .notANumber(column: "x", got: "0."))) { try profile.column() }
    }

    /// Words that only Swift takes for numbers stay words.
    @Test func hexadecimalAndNaNAreWords() throws {
        let profile = ColumnProfile(words: (0..<60).map { ["0x7", "0x3", "0x10", "NAN", "Nan"][$0 % 5] })
        let column = try profile.column(.ordinal)
        #expect(column.kind.levels?.names == ["0x10", "0x3", "0x7", "NAN", "Nan"])
        #expect(try !profile.codes(column).contains(Column.unknownCode))
        #expect(column.value(0) == .word("0x10"))
    }

    @Test func missingTokensMayStartLikeNumbersOrBeNumbers() throws {
        let tokens = try MissingTokens(["0000-00-00", "-999"])
        let isToken = { (text: String) in tokens.contains(Array(text.utf8).span) }
        #expect(["0000-00-00", " -999.0", "-999", "-9.99e2"].map(isToken) == [true, true, true, true])
        #expect(["2020-01-01", "999", "", "0"].map(isToken) == [false, false, false, false])
        #expect(tokens.contains(-999) && !tokens.contains(0))
    }

    @Test func aWordAmongNumbersIsAFaultWithItsRow() {
        var profile = ColumnProfile(Array(0..<37).map(Double.init))
        profile.add(word: "O.5")
        profile.add(word: "later")
        for i in 0..<30 { profile.add(Double(i)) }
        let expected = RowError(37, .notANumber(column: "x", got: "O.5"))
        #expect(throws: expected) { try profile.column() }
        #expect(throws: expected) { try profile.column(.real) }
        // Who says so may have them as levels.
        #expect(throws: Never.self) { try profile.column(.categorical) }
    }

    @Test func namesAreIgnored() throws {
        #expect(try ColumnProfile(words: (0..<200).map { "person \($0)" }).column().kind == .ignored)
        // Few rows, or levels that come again, are not names.
        #expect(try ColumnProfile(words: (0..<20).map { "person \($0)" }).column().kind.word == .categorical)
        #expect(try ColumnProfile(words: (0..<200).map { "person \($0 % 60)" }).column().kind.word == .categorical)
    }

    @Test func rareLevelsBeyondTheMostAreUnknown() throws {
        let words = (0..<6_000).map { "w\($0 % 1_500)" } + (0..<1_000).map { "w\($0)" }
        let column = try ColumnProfile(words: words).column()
        #expect(column.kind.levels?.count == 1_000)
        #expect(try column.code(text: "w3") >= 0)
        #expect(try column.code(text: "w1400") == Column.unknownCode)
    }

    // MARK: Empty cells

    @Test func emptyCellsMakeAColumnOptional() throws {
        let numbers = Draws.normals(100)
        #expect(try !ColumnProfile(numbers).column().isOptional)
        #expect(try ColumnProfile(numbers, missing: 1).column().isOptional)
        #expect(try ColumnProfile(numbers).column(isOptional: true).isOptional)
        #expect(try ColumnProfile([], missing: 9).column().kind == .ignored)
        let column = try ColumnProfile(numbers, missing: 1).column()
        #expect(try column.codeMissing().isNaN && column.value(.nan) == .missing)
        #expect(throws: RecordError.missingValue(column: "x")) { try ColumnProfile(numbers).column().codeMissing() }
    }

    @Test func anEmptyCellOfAColumnThatMustHaveOneIsAFault() throws {
        let profile = ColumnProfile(Draws.normals(20), missing: 1)
        let column = try profile.column(isOptional: false)
        #expect(throws: RowError(20, .missingValue(column: "x"))) { try profile.codes(column) }
    }

    // MARK: As told

    @Test func plansDecideTheKind() throws {
        let profile = ColumnProfile((0..<60).map { Double($0 % 4) })
        for word in [ColumnWord.real, .positive, .count, .categorical, .ordinal, .constant, .ignored] {
            #expect(try profile.column(word).kind.word == word)
        }
        #expect(try profile.column(.ordinal).kind.levels?.names == ["0", "1", "2", "3"])
        #expect(try profile.column(.ordinal, levels: ["3", "2", "1", "0"]).kind.levels?.names == ["3", "2", "1", "0"])
        #expect(throws: RowError(0, .badColumn(name: "x", expected: "2 levels", got: "4"))) {
            try profile.column(.binary)
        }
        let many = ColumnProfile(words: (0..<1_200).map { "w\($0)" })
        #expect(try many.column(.categorical).kind.levels?.count == 1_000)
        let names = (0..<1_001).map { "w\($0)" }
        #expect(throws: RowError(0, .badColumn(name: "x", expected: "1 to 1000 levels", got: "1001"))) {
            try many.column(.categorical, levels: names)
        }
    }

    /// Ten comes after nine where all levels are numbers, and after one where they are words.
    @Test func ordinalLevelsGoFromLowToHigh() throws {
        let numbers = ColumnProfile([10, 9, 1, 10, 9, 1, 2])
        #expect(try numbers.column(.ordinal).kind.levels?.names == ["1", "2", "9", "10"])
        let words = ColumnProfile(words: ["b2", "b10", "a", "b10"])
        #expect(try words.column(.ordinal).kind.levels?.names == ["a", "b10", "b2"])
    }

    @Test func whatIsNoCountIsUnknown() throws {
        let column = try ColumnProfile((0..<60).map { Double($0 % 30) }).column(.count)
        for (number, code) in [(3, 3), (0, 0), (-1, -1), (2.5, -1), (1e300, 1e15)] as [(Double, Float)] {
            #expect(column.code(number) == code)
        }
    }

    @Test func codesOfAProfileAreThoseOfItsCells() throws {
        var profile = ColumnProfile(name: "x")
        for i in 0..<90 {
            switch i % 9 {
            case 0: profile.addMissing()
            case 1: profile.add(7)
            default: profile.add(word: "w\(i % 4)")
            }
        }
        let column = try profile.column()
        let codes = try profile.codes(column)
        for i in 0..<90 {
            switch i % 9 {
            case 0: #expect(codes[i].isNaN)
            case 1: #expect(column.value(codes[i]) == .word("7"))
            default: #expect(column.value(codes[i]) == .word("w\(i % 4)"))
            }
        }
    }

    // MARK: Back to cells

    /// Whatever the network puts out, a cell is a number that can be printed.
    @Test func valuesStayFinite() throws {
        let steps = (0..<40).map(Double.init)
        for numbers in [Draws.normals(100), steps.map { $0 * 1e298 }, steps.map { $0 * 1e-300 }] {
            for word in [ColumnWord.real, .positive, .count] {
                let cells = word == .count ? numbers.map { abs($0.rounded()) } : numbers
                let column = try ColumnProfile(cells).column(word)
                for code in [0, 1, -1, 30, 1e4, 1e15, -1e15, 3e38, -3e38] as [Float] {
                    guard case .number(let value) = column.value(code) else {
                        Issue.record("\(word) \(code)")
                        continue
                    }
                    #expect(value.isFinite, "\(word) \(code) \(numbers[1])")
                }
            }
        }
    }

    /// Single precision carries seven digits of the code; a number of any size keeps about as many.
    @Test func smallAndLargeNumbersComeBack() throws {
        for unit in [1e-300, 1e-45, 1e-20, 1, 1e20, 1e45, 1e298] {
            let numbers = (1...40).map { Double($0) * unit }
            let column = try ColumnProfile(numbers).column(.real)
            for number in numbers {
                guard case .number(let value) = column.value(column.code(number)) else { continue }
                #expect(abs(value - number) <= 1e-5 * number, "\(number) \(value)")
            }
        }
    }
}
