import Kernels

/// Chooses the kind of a column and its numbers from the cells of the training table.
package struct ColumnInference {
    private let profile: ColumnProfile
    private let plan: ColumnPlan

    package init(_ profile: ColumnProfile, plan: ColumnPlan? = nil) {
        self.profile = profile
        self.plan = plan ?? ColumnPlan(name: profile.name)
    }

    /// Levels that a column keeps; rarer ones are unknown.
    static let mostLevels = 1_000
    /// Of the cells that are not empty, this share must be numbers for a word among them to be a fault.
    private static let numericShare = 0.9

    /// - Throws: `RowError` for a word in a column of numbers, or a plan that the data contradict.
    package func column() throws(RowError) -> Column {
        let kind = if let word = plan.kind { try planned(word) } else { try guessed() }
        let isOptional = plan.isOptional ?? (profile.missing > 0)
        let atoms = atoms(kind)
        return Column(
            name: profile.name, kind: kind, isOptional: isOptional, isWhole: isWhole(kind), atoms: atoms.values,
            isDiscrete: atoms.areAll)
    }

    private func atoms(_ kind: ColumnKind) -> (values: [Double], areAll: Bool) {
        switch kind {
        case .real, .positive: NumericFit(profile.numbers).atoms
        case .count, .binary, .categorical, .ordinal, .constant, .ignored: ([], false)
        }
    }

    private func isWhole(_ kind: ColumnKind) -> Bool {
        kind.numericCode != nil && profile.numbers.allSatisfy { $0.isNaN || $0 == $0.rounded() }
    }

    // MARK: Guessing

    private func guessed() throws(RowError) -> ColumnKind {
        let cells = profile.rows - profile.missing
        if cells == 0 { return .ignored }
        guard profile.wordCount > 0 else { return try numeric() }
        if let (row, word) = profile.firstWord, Double(profile.numberCount) >= Self.numericShare * Double(cells) {
            throw RowError(row, .notANumber(column: profile.name, got: CellText.excerpt(Array(word.utf8).span)))
        }
        if let row = profile.barePointRow {
            let code = Array(profile.wordNames[Int(profile.words[row])].utf8)
            throw RowError(row, .notANumber(column: profile.name, got: CellText.excerpt(code.span)))
        }
        return try words(profile.levelCounts(), cells: cells)
    }

    private func words(_ counts: [(name: String, count: Int)], cells: Int) throws(RowError) -> ColumnKind {
        if counts.count == 1 { return .constant(counts[0].name) }
        // Names, free text and row numbers: nearly every cell is new, so a model can learn nothing of them.
        if counts.count > 20, cells < 2 * counts.count { return .ignored }
        return try levels(counts.prefix(Self.mostLevels).map(\.name), counts.count == 2 ? .binary : .categorical)
    }

    private func numeric() throws(RowError) -> ColumnKind {
        let sorted = profile.numbers.filter { !$0.isNaN }.sorted()
        guard let first = sorted.first, let last = sorted.last, first != last else {
            return .constant(profile.levelCounts().first?.name ?? "")
        }
        if sorted.allSatisfy({ $0 == first || $0 == last }) {
            let names =
                profile.words.isEmpty ? [first, last].map(CellText.canonical) : profile.levelCounts().map(\.name)
            return try levels(names, names.count == 2 ? .binary : .categorical)
        }
        let fit = NumericFit(profile.numbers)
        return fit.prefersLogarithm ? .positive(fit.logarithmic) : .real(fit.linear)
    }

    // MARK: As told

    private func planned(_ word: ColumnWord) throws(RowError) -> ColumnKind {
        switch word {
        case .ignored: return .ignored
        case .constant:
            return .constant(profile.levelCounts().first?.name ?? "")
        case .binary, .categorical, .ordinal: return try plannedLevels(word)
        case .real, .positive, .count:
            if let (row, word) = profile.firstWord {
                throw RowError(row, .notANumber(column: profile.name, got: CellText.excerpt(Array(word.utf8).span)))
            }
            if word == .count,
                let row = profile.numbers.firstIndex(where: { $0 < 0 || $0 != $0.rounded() && !$0.isNaN })
            {
                let number = CellText.canonical(profile.numbers[row])
                throw RowError(row, .badColumn(name: profile.name, expected: "whole numbers from 0", got: number))
            }
            return plannedNumeric(word)
        }
    }

    private func plannedNumeric(_ word: ColumnWord) -> ColumnKind {
        let fit = NumericFit(profile.numbers)
        return switch word {
        case .positive: .positive(fit.logarithmic)
        case .count: .count(fit.logarithmic)
        default: .real(fit.linear)
        }
    }

    private func plannedLevels(_ word: ColumnWord) throws(RowError) -> ColumnKind {
        let names = plan.levels ?? Self.inOrder(profile.levelCounts().prefix(Self.mostLevels).map(\.name), word)
        let needed = word == .binary ? 2...2 : 1...Self.mostLevels
        guard needed.contains(names.count) else {
            let expected = word == .binary ? "2 levels" : "1 to \(Self.mostLevels) levels"
            throw RowError(0, .badColumn(name: profile.name, expected: expected, got: "\(names.count)"))
        }
        return try levels(names, word)
    }

    /// The levels of an ordinal column that are all numbers go from low to high.
    private static func inOrder(_ names: [String], _ word: ColumnWord) -> [String] {
        guard word == .ordinal else { return names }
        let numbers = names.map { CellText.number(Array($0.utf8).span) }
        guard !numbers.contains(nil) else { return names.sorted() }
        return zip(names, numbers).sorted { ($0.1 ?? 0, $0.0) < ($1.1 ?? 0, $1.0) }.map(\.0)
    }

    private func levels(_ names: [String], _ word: ColumnWord) throws(RowError) -> ColumnKind {
        let levels: Levels
        do throws(RecordError) { levels = try Levels(names) } catch { throw RowError(0, error) }
        return switch word {
        case .binary: .binary(levels)
        case .ordinal: .ordinal(levels)
        default: .categorical(levels)
        }
    }
}
