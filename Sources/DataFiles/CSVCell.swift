/// A cell, for an error about it.
package struct CSVCell: Equatable, Sendable {
    /// Data records from 1.
    package let row: Int
    /// Lines of the file from 1.
    package let line: Int
    package let column: String
    /// What stands there, shortened.
    package let text: String

    package init(row: Int, line: Int, column: String, text: String) {
        self.row = row
        self.line = line
        self.column = column
        self.text = text
    }
}

extension CSVCell {
    /// As a message names it.
    var place: String { "row \(row) (line \(line)), column \"\(column)\"" }
}
