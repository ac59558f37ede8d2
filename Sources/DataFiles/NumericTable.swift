/// A table in which every cell is a number.
package struct NumericTable: Equatable, Sendable {
    package let columns: [String]
    package let rows: Int
    /// `[rows, columns]`, row-major.
    package let values: [Float]

    /// Reads a file, or standard input for `-`, gzipped or not.
    package init(
        _ path: String, header: CSVReader.Header = .present, separator: UInt8 = UInt8(ascii: ",")
    ) throws(DataFileError) {
        try self.init(CSVReader(DataFile.open(path), header: header, separator: separator))
    }

    /// Reads all records that are left.
    package init(_ reader: consuming CSVReader) throws(DataFileError) {
        var values: [Float] = []
        while try reader.next() {
            for column in reader.columns.indices { values.append(try reader.float(column)) }
        }
        columns = reader.columns
        rows = reader.row
        self.values = values
    }
}
