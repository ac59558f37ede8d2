/// What can be wrong with a column or a cell.
package enum RecordError: Error, Equatable {
    /// Two columns of one name.
    case duplicateColumn(String)
    /// Two levels of one name.
    case duplicateLevel(String)
    case noColumns
    /// The table has a column that the model does not know.
    case unknownColumn(String, known: [String])
    case missingColumn(String)
    /// A record names a column twice.
    case repeatedColumn(String)
    /// A record by position of another width than the model's.
    case wrongWidth(expected: Int, got: Int)
    /// A record that is neither an object nor an array.
    case notARecord(got: String)
    /// The cell is empty though training saw a value in every row.
    case missingValue(column: String)
    case notANumber(column: String, got: String)
    /// Beyond the range of double precision.
    case overflow(column: String, got: String)
    case badColumn(name: String, expected: String, got: String)
    /// A level that training did not see, where the model must know it.
    case unknownLevel(column: String, known: [String])
}

extension RecordError {
    /// The column at fault, where it is one.
    package var column: String? {
        switch self {
        case .duplicateColumn(let name), .unknownColumn(let name, _), .missingColumn(let name),
            .repeatedColumn(let name), .missingValue(let name), .notANumber(let name, _), .overflow(let name, _),
            .badColumn(let name, _, _), .unknownLevel(let name, _):
            name
        case .duplicateLevel, .noColumns, .wrongWidth, .notARecord: nil
        }
    }
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .duplicateColumn(let name): "two columns are named '\(name)'"
        case .duplicateLevel(let name): "two levels are named '\(name)'"
        case .noColumns: "the table has no columns to learn from"
        case .unknownColumn(let name, let known):
            "unknown column '\(name)'; the model's columns are \(known.joined(separator: ", "))"
        case .missingColumn(let name): "column '\(name)' is missing"
        case .repeatedColumn(let name): "column '\(name)' is given twice"
        case .wrongWidth(let expected, let got): "expected \(expected) values, got \(got)"
        case .notARecord(let got): "expected an object or an array, got \(got)"
        case .missingValue(let column): "column '\(column)': the value is missing, and training saw one in every row"
        case .notANumber(let column, let got): "column '\(column)': expected a number, got '\(got)'"
        case .overflow(let column, let got): "column '\(column)': \(got) is too large"
        case .unknownLevel(let column, let known):
            "column '\(column)': training did not see the level; it saw \(known.joined(separator: ", "))"
        case .badColumn(let name, let expected, let got): "column '\(name)': expected \(expected), got \(got)"
        }
    }
}
