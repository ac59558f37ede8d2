package import Files

/// Why a data file cannot be read.
///
/// A `row` counts data records from 1, without the header; a `line` counts lines of the file from 1.
package enum DataFileError: Error, Equatable {
    case file(FileError)
    /// A gzip file that ends before its end mark.
    case gzipTruncated
    case gzipCorrupt(reason: String)
    /// More decompressed bytes than the caller allows.
    case decompressedTooLarge(limit: Int)

    /// Not even a header.
    case noRecords
    case duplicateColumn(name: String, first: Int, second: Int)
    case raggedRow(row: Int, line: Int, expected: Int, got: Int)
    /// A quoted field that begins on this line and never ends.
    case unterminatedQuote(line: Int)
    /// A quote within a field that is not quoted.
    case strayQuote(line: Int)
    case textAfterQuote(line: Int)
    case invalidText(line: Int, field: Int)
    /// One record is longer than any sensible one, in bytes: most often a quote that is missing.
    case recordTooLong(line: Int, limit: Int)
    case notANumber(CSVCell)
    /// Too large for the precision asked for.
    case numberTooLarge(CSVCell)

    case notIDX(firstBytes: [UInt8])
    /// An element type other than unsigned bytes.
    case unsupportedIDXType(code: UInt8)
    case idxTooLarge(dimensions: [Int], limit: Int)
    case idxWrongLength(dimensions: [Int], expected: Int, got: Int)
}

extension DataFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .gzipTruncated: "the gzip data ends too early"
        case .gzipCorrupt(let reason): "the gzip data is damaged: \(reason)"
        case .decompressedTooLarge(let limit): "more than \(limit) bytes when decompressed"
        case .notIDX(let firstBytes): "not an IDX file: it begins with the bytes \(firstBytes)"
        case .unsupportedIDXType(let code): "an IDX file of element type \(code); only unsigned bytes (8) are read"
        case .idxTooLarge(let dimensions, let limit): "an IDX file of \(dimensions); at most \(limit) bytes are allowed"
        case .idxWrongLength(let dimensions, let expected, let got):
            "an IDX file of \(dimensions) needs \(expected) bytes of data, got \(got)"
        case .noRecords: "the table is empty"
        case .duplicateColumn(let name, let first, let second):
            "columns \(first) and \(second) have the same name, \"\(name)\""
        case .raggedRow(let row, let line, let expected, let got):
            "row \(row) (line \(line)): expected \(expected) fields, got \(got)"
        case .unterminatedQuote(let line): "line \(line): the quoted field that begins here never ends"
        case .strayQuote(let line): "line \(line): a quote within a field that does not begin with one"
        case .textAfterQuote(let line): "line \(line): text behind a closing quote"
        case .invalidText(let line, let field): "line \(line): field \(field) is not valid UTF-8"
        case .recordTooLong(let line, let limit): "line \(line): a record of more than \(limit) bytes begins here"
        case .notANumber(let cell): "\(cell.place): expected a number, got \"\(cell.text)\""
        case .numberTooLarge(let cell): "\(cell.place): \(cell.text) is too large"
        }
    }
}
