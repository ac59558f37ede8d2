import Records

// What kind of fault it is, in a word for programs; whoever reports faults says the same word.

extension RowFault {
    package var code: String {
        switch reason {
        case .record(let error): error.code
        case .ragged: "shape_mismatch"
        case .json: "invalid_json"
        }
    }

    package var expected: String? {
        switch reason {
        case .record(let error): error.expected
        case .ragged(let expected, _): "\(expected)"
        case .json: nil
        }
    }

    package var got: String? {
        switch reason {
        case .record(let error): error.got
        case .ragged(_, let got): "\(got)"
        case .json: nil
        }
    }
}

extension RecordError {
    package var code: String {
        switch self {
        case .duplicateColumn: "duplicate_column"
        case .noColumns: "no_columns"
        case .unknownColumn: "unknown_column"
        case .missingColumn: "missing_column"
        case .repeatedColumn: "repeated_column"
        case .wrongWidth: "shape_mismatch"
        case .missingValue: "missing_value"
        case .notANumber: "not_a_number"
        case .overflow: "out_of_range"
        case .unknownLevel: "unknown_condition"
        case .duplicateLevel, .notARecord, .badColumn: "bad_value"
        }
    }

    package var expected: String? {
        switch self {
        case .wrongWidth(let expected, _): "\(expected)"
        case .notARecord: "an object or an array"
        case .missingValue: "a value"
        case .notANumber: "a number"
        case .badColumn(_, let expected, _): expected
        case .unknownLevel(_, let known): "one of \(known.joined(separator: ", "))"
        case .duplicateColumn, .duplicateLevel, .noColumns, .unknownColumn, .missingColumn, .repeatedColumn, .overflow:
            nil
        }
    }

    package var got: String? {
        switch self {
        case .wrongWidth(_, let got): "\(got)"
        case .notARecord(let got), .notANumber(_, let got), .overflow(_, let got), .badColumn(_, _, let got): got
        case .duplicateColumn, .duplicateLevel, .noColumns, .unknownColumn, .missingColumn, .repeatedColumn,
            .missingValue, .unknownLevel:
            nil
        }
    }
}
