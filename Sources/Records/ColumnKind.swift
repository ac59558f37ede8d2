/// What the numbers or words of a column are, and how they are coded.
package enum ColumnKind: Equatable, Sendable {
    /// Any number.
    case real(NumericCode)
    /// Amounts, durations: positive and skewed, so their logarithm is what is modelled.
    case positive(NumericCode)
    /// Whole numbers from 0, modelled as counts; the code is for the encoder.
    case count(NumericCode)
    /// One of two words.
    case binary(Levels)
    /// One of some words without an order.
    case categorical(Levels)
    /// One of some words from low to high.
    case ordinal(Levels)
    /// The same in every training row: watched, but without a likelihood.
    case constant(String)
    /// Not part of the model, such as a row number.
    case ignored

    /// As `model.json` and `columns.json` say it.
    package var word: ColumnWord {
        switch self {
        case .real: .real
        case .positive: .positive
        case .count: .count
        case .binary: .binary
        case .categorical: .categorical
        case .ordinal: .ordinal
        case .constant: .constant
        case .ignored: .ignored
        }
    }

    package var levels: Levels? {
        switch self {
        case .binary(let levels), .categorical(let levels), .ordinal(let levels): levels
        default: nil
        }
    }

    package var numericCode: NumericCode? {
        switch self {
        case .real(let code), .positive(let code), .count(let code): code
        default: nil
        }
    }
}

/// The kinds by name.
package enum ColumnWord: String, CaseIterable, Sendable {
    case real, positive, count, binary, categorical, ordinal, constant, ignored
}
