/// A label c of each record that encoder and decoder are told: q(z given x, c) and p(x given z, c), while p(z) stays what it is.
///
/// Its one-hot stands behind the encoder's features and behind the code that the decoder takes.
/// Source: Sohn, Lee and Yan 2015, "Learning Structured Output Representation using Deep Conditional Generative Models".
package struct ConditionSpecification: Equatable, Sendable {
    /// In the order of their places; no two the same.
    package let levels: [String]
    /// The column of a table that holds the label; nil where it comes from elsewhere.
    package let column: String?

    /// One level says nothing, and many are no few.
    package static let levelCounts = 2...1_000

    /// - Throws: `VAEError.badCondition` for too few levels, too many, or two of one name.
    package init(levels: [String], column: String? = nil) throws(VAEError) {
        guard Self.levelCounts.contains(levels.count) else {
            throw .badCondition(
                "\(levels.count) levels; expected \(Self.levelCounts.lowerBound) to \(Self.levelCounts.upperBound)")
        }
        for (i, level) in levels.enumerated() where levels[..<i].contains(level) {
            throw .badCondition("two levels are named '\(level)'")
        }
        (self.levels, self.column) = (levels, column)
    }

    /// nil for a level that training did not see.
    package func place(of level: String) -> Int? { levels.firstIndex(of: level) }
}
