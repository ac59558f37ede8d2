import Kernels

/// A column of a table: its name, what it holds, and how a cell of it becomes one number of a coded row and back.
///
/// A class, since each cell of each record asks its column: copies would count references.
package final class Column: Sendable {
    package let name: String
    package let kind: ColumnKind
    /// Whether a cell may be empty.
    package let isOptional: Bool
    /// Whether every number that training saw was whole.
    package let isWhole: Bool
    /// Numbers that occur so often that each has a probability of its own, such as the 0 of an amount.
    package let atoms: [Double]
    /// Their codes.
    package let atomCodes: [Float]
    /// Whether the column knows no other numbers than its atoms.
    package let isDiscrete: Bool
    private let constantBytes: [UInt8]
    /// Whether every word that training saw was a number.
    private let hasNumericWords: Bool

    package init(
        name: String, kind: ColumnKind, isOptional: Bool = false, isWhole: Bool = false, atoms: [Double] = [],
        isDiscrete: Bool = false
    ) {
        (self.name, self.kind, self.isOptional, self.isWhole) = (name, kind, isOptional, isWhole)
        (self.atoms, self.isDiscrete) = (atoms, isDiscrete)
        if case .constant(let value) = kind { constantBytes = Array(value.utf8) } else { constantBytes = [] }
        atomCodes = atoms.compactMap { kind.numericCode?.code($0) }
        hasNumericWords = Self.words(kind).allSatisfy { CellText.canonicalNumber(Array($0.utf8).span) == $0 }
    }

    private static func words(_ kind: ColumnKind) -> [String] {
        if case .constant(let value) = kind { return [value] }
        return kind.levels?.names ?? []
    }

    /// The code of an empty cell.
    package static let missingCode = Float.nan
    /// The code of a level that training did not see, or of a count that is none.
    package static let unknownCode: Float = -1

    /// Whether cells are numbers for this column, rather than words.
    package var takesNumbers: Bool { kind.numericCode != nil }

    // MARK: From cells

    package func codeMissing() throws(RecordError) -> Float {
        guard isOptional else { throw .missingValue(column: name) }
        return Self.missingCode
    }

    /// - Parameter number: finite.
    package func code(_ number: Double) -> Float {
        numberCoding?.code(number) ?? code(levelOf: CellText.canonical(number))
    }

    /// How numbers are coded; nil where the column holds words.
    package var numberCoding: NumberCoding? {
        switch kind {
        case .real(let code), .positive(let code): .scaled(code)
        case .count: .counted
        case .binary, .categorical, .ordinal, .constant, .ignored: nil
        }
    }

    /// - Throws: `RecordError.notANumber` where the column holds numbers.
    package func code(word: Span<UInt8>) throws(RecordError) -> Float {
        switch kind {
        case .real, .positive, .count:
            throw .notANumber(column: name, got: CellText.excerpt(word))
        case .binary(let levels), .categorical(let levels), .ordinal(let levels):
            return Self.code(levels.place(of: word))
        case .constant(let value):
            let trimmed = word.extracting(word.core)
            let same = trimmed.isEqual(to: constantBytes) || CellText.canonicalNumber(trimmed) == value
            return same ? 0 : 1
        case .ignored: return 0
        }
    }

    private func code(levelOf text: String) -> Float {
        if case .constant(let value) = kind { return text == value ? 0 : 1 }
        return Self.code(kind.levels?.place(of: text))
    }

    private static func code(_ place: Int?) -> Float { place.map { Float($0) } ?? unknownCode }

    // MARK: To cells

    /// What a code stands for, in the caller's terms.
    package func value(_ code: Float) -> CellValue {
        if code.isNaN { return .missing }
        // The way through the code and back loses digits; these numbers are known.
        if let atom = atomCodes.firstIndex(of: code) { return .number(atoms[atom]) }
        switch kind {
        case .real(let numeric), .positive(let numeric): return .number(shown(numeric.value(Double(code))))
        case .count: return .number(Double(code.rounded()))
        case .binary(let levels), .categorical(let levels), .ordinal(let levels):
            return code >= 0 && code < Float(levels.count) ? value(ofWord: levels.names[Int(code)]) : .missing
        case .constant(let value): return self.value(ofWord: value)
        case .ignored: return .missing
        }
    }

    /// A word of the column as its author would write it: 0 and 1 are numbers, though levels.
    package func value(ofWord word: String) -> CellValue {
        guard hasNumericWords, let canonical = CellText.canonicalNumber(Array(word.utf8).span),
            let number = Double(canonical)
        else { return .word(word) }
        return .number(number)
    }

    /// As many digits as single precision carries; whole where the data are.
    private func shown(_ value: Double) -> Double {
        // No −0.
        if isWhole { return value.rounded() + 0 }
        let short = Float(value)
        // What single precision cannot hold is shown as it is.
        return short.isNormal ? Double("\(short)") ?? value : value
    }
}

extension Column: Equatable {
    package static func == (a: Column, b: Column) -> Bool {
        a.name == b.name && a.kind == b.kind && a.isOptional == b.isOptional && a.isWhole == b.isWhole
            && a.atoms == b.atoms && a.isDiscrete == b.isDiscrete
    }
}

/// A cell in the caller's own terms.
package enum CellValue: Equatable, Sendable {
    case missing
    case number(Double)
    case word(String)
}
