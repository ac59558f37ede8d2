/// Cells that stand for "not known", in whatever form they come.
package struct MissingTokens: Equatable, Sendable {
    private let words: Levels
    /// The tokens that are numbers, such as −999: those stand for every way to write them.
    private let numbers: [Double]
    /// Whether a cell that starts like a number may be a token.
    private let startLikeNumbers: Bool

    /// - Throws: `RecordError.duplicateLevel`.
    package init(_ tokens: [String]) throws(RecordError) {
        words = try Levels(tokens)
        numbers = tokens.compactMap { token in
            CellText.canonicalNumber(Array(token.utf8).span).flatMap { Double($0) }
        }
        startLikeNumbers = tokens.contains { $0.utf8.first.map { $0 &- UInt8(ascii: "0") <= 9 } ?? false }
    }

    package var names: [String] { words.names }

    package func contains(_ text: Span<UInt8>) -> Bool {
        // Most cells are numbers; hardly any token looks like the start of one.
        if numbers.isEmpty, !startLikeNumbers, !text.isEmpty, text[0] &- UInt8(ascii: "0") <= 9 { return false }
        let core = text.extracting(text.core)
        if words.exactPlace(of: core) != nil { return true }
        guard !numbers.isEmpty, let number = CellText.canonicalNumber(core).flatMap({ Double($0) }) else {
            return false
        }
        return numbers.contains(number)
    }

    package func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }
}
