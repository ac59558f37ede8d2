import DataFiles

/// A table in which every cell is a number, read whole.
struct NumericTable: Equatable {
    let columns: [String]
    let rows: Int
    /// `[rows, columns]`, row-major.
    let values: [Float]

    init(_ reader: consuming CSVReader) throws(DataFileError) {
        var values: [Float] = []
        while try reader.next() {
            for column in reader.columns.indices { values.append(try reader.float(column)) }
        }
        columns = reader.columns
        rows = reader.row
        self.values = values
    }
}
