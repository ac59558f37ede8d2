/// What a user says about a column before training; the rest is taken from the data.
package struct ColumnPlan: Equatable, Sendable {
    package let name: String
    /// nil guesses.
    package var kind: ColumnWord?
    /// In the order of their codes, for ordinal columns from low to high; nil takes those in the data.
    package var levels: [String]?
    /// Whether a cell may be empty; nil says yes if one is.
    package var isOptional: Bool?

    package init(name: String, kind: ColumnWord? = nil, levels: [String]? = nil, isOptional: Bool? = nil) {
        (self.name, self.kind, self.levels, self.isOptional) = (name, kind, levels, isOptional)
    }
}
