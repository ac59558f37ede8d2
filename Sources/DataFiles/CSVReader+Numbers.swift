internal import CSimdJSON

extension CSVReader {
    /// A field as the nearest binary32.
    ///
    /// Spaces and tabs around it, a sign, `.5` and `1e3` are fine; `5.`, hexadecimal, infinity, NaN and nothing are not.
    ///
    /// - Throws: `DataFileError.notANumber` or `.numberTooLarge`, naming the cell.
    package func float(_ column: Int) throws(DataFileError) -> Float {
        var value: Float = 0
        let status = unsafe withRawField(column) { unsafe CSimdJSONReadFloat($0.baseAddress, $0.count, &value) }
        try check(status, column: column)
        return value
    }

    /// As `float`, the nearest binary64.
    package func double(_ column: Int) throws(DataFileError) -> Double {
        var value = 0.0
        let status = unsafe withRawField(column) { unsafe CSimdJSONReadDouble($0.baseAddress, $0.count, &value) }
        try check(status, column: column)
        return value
    }

    /// As `double`, for those whom a field that is no number does not surprise.
    package func number(_ column: Int) -> CSVNumber {
        var value = 0.0
        let status = unsafe withRawField(column) { unsafe CSimdJSONReadDouble($0.baseAddress, $0.count, &value) }
        return switch status {
        case CSimdJSONNumberIsExact: .number(value)
        case CSimdJSONNumberOverflows: .tooLarge
        default: .notANumber
        }
    }

    private func check(_ status: CSimdJSONNumberStatus, column: Int) throws(DataFileError) {
        guard status != CSimdJSONNumberIsExact else { return }
        throw status == CSimdJSONNumberOverflows ? .numberTooLarge(cell(column)) : .notANumber(cell(column))
    }

    /// A field of the current record, for an error about it.
    ///
    /// Bytes that are not UTF-8 are shown as replacement characters.
    package func cell(_ column: Int) -> CSVCell {
        let text = unsafe withRawField(column) { unsafe String(decoding: $0.prefix(200), as: UTF8.self) }
        let shortened = text.count > 40 ? "\(text.prefix(40))…" : text
        return CSVCell(row: row, line: line, column: columns[column], text: shortened)
    }
}
