/// The cells of one column of a training table, and what they have in common.
package struct ColumnProfile: Sendable {
    package let name: String
    /// A number, or NaN for an empty cell or a word.
    package private(set) var numbers: [Double] = []
    /// For a word its place in `wordNames`, else −1; empty until the first word comes. A code such as `007` is a number and a word
    /// until the column is known.
    package private(set) var words: [Int32] = []
    package private(set) var wordNames: [String] = []
    package private(set) var missing = 0
    private var wordPlaces: [String: Int32] = [:]
    /// The first cell that is a word and no number, with its row counted from 0.
    private(set) var firstWord: (row: Int, text: String)?

    /// Cells such as `12.`, with the row of the first.
    private(set) var barePointRow: Int?

    package init(name: String) {
        self.name = name
    }

    package var rows: Int { numbers.count }
    var wordCount: Int { words.indices.count { words[$0] >= 0 && numbers[$0].isNaN } }
    var numberCount: Int { rows - missing - wordCount }

    // MARK: Cells

    package mutating func addMissing() {
        missing += 1
        append(.nan, word: -1)
    }

    /// - Parameter number: finite.
    package mutating func add(_ number: Double) {
        append(number, word: -1)
    }

    /// - Parameter word: spaces around it do not count, as they do not when records are read.
    package mutating func add(word text: String) {
        let word = Self.trimmed(text)
        if firstWord == nil { firstWord = (rows, word) }
        append(.nan, word: place(of: word))
    }

    /// Notes that the word to come is a number that ends in its point.
    package mutating func addBarePoint() {
        if barePointRow == nil { barePointRow = rows }
    }

    /// - Parameter text: of a number whose leading zeros may mean something.
    package mutating func add(_ number: Double, padded text: String) {
        append(number, word: place(of: Self.trimmed(text)))
    }

    private mutating func place(of word: String) -> Int32 {
        if let place = wordPlaces[word] { return place }
        let place = Int32(wordNames.count)
        wordPlaces[word] = place
        wordNames.append(word)
        return place
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let core = bytes.span.core
        return core.count == bytes.count ? text : String(decoding: bytes[core], as: UTF8.self)
    }

    private mutating func append(_ number: Double, word: Int32) {
        if words.isEmpty, word >= 0 { words = Array(repeating: -1, count: rows) }
        numbers.append(number)
        if !words.isEmpty || word >= 0 { words.append(word) }
    }

    // MARK: What they have in common

    /// How often each cell text occurs, numbers in their shortest form; the most frequent first, then by text.
    package func levelCounts() -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        var numberCounts: [Double: Int] = [:]
        for (row, number) in numbers.enumerated() where !number.isNaN && (words.isEmpty || words[row] < 0) {
            numberCounts[number, default: 0] += 1
        }
        for (number, count) in numberCounts { counts[CellText.canonical(number), default: 0] += count }
        for word in words where word >= 0 { counts[wordNames[Int(word)], default: 0] += 1 }
        return counts.map { (name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// Every cell as a code of the column that the profile became.
    ///
    /// - Throws: `RecordError` for the first cell that does not fit, with its row counted from 0.
    package func codes(_ column: Column) throws(RowError) -> [Float] {
        let wordCodes = column.takesNumbers && firstWord == nil ? [] : try wordCodes(column)
        var codes: [Float] = []
        codes.reserveCapacity(rows)
        for row in numbers.indices {
            if !wordCodes.isEmpty, words[row] >= 0 {
                codes.append(wordCodes[Int(words[row])])
            } else if numbers[row].isNaN {
                do throws(RecordError) { codes.append(try column.codeMissing()) } catch { throw RowError(row, error) }
            } else {
                codes.append(column.code(numbers[row]))
            }
        }
        return codes
    }

    private func wordCodes(_ column: Column) throws(RowError) -> [Float] {
        var codes: [Float] = []
        for name in wordNames {
            do throws(RecordError) {
                codes.append(try column.code(word: Array(name.utf8).span))
            } catch {
                throw RowError(firstWord?.row ?? 0, error)
            }
        }
        return codes
    }
}

/// A fault with the row, counted from 0, that it is in.
package struct RowError: Error, Equatable {
    package let row: Int
    package let error: RecordError

    package init(_ row: Int, _ error: RecordError) {
        (self.row, self.error) = (row, error)
    }
}
