/// The columns of a table, and the coded rows that stand for its records.
///
/// A coded row has one `Float` for each column that is not ignored: a scaled number, a count, the place of a level, 0 or 1
/// for a constant that held or changed; `Column.missingCode` for an empty cell, `Column.unknownCode` for a level that training
/// did not see.
package struct Schema: Equatable, Sendable {
    /// All columns, in the order of the training table.
    package let columns: [Column]
    /// Those that are not ignored, in the same order: the columns of a coded row.
    package let coded: [Column]
    /// Cells that stand for "not known".
    package let missingTokens: MissingTokens
    // Apart from the columns: looked at for each cell of each record.
    private let places: [String: Place]

    /// Where a name leads.
    package enum Place: Equatable, Sendable {
        case coded(Int)
        case ignored
    }

    /// - Throws: `RecordError.duplicateColumn`, `.noColumns` when all are ignored.
    package init(
        _ columns: [Column], missingTokens: [String] = CellText.defaultMissingTokens
    ) throws(RecordError) {
        self.columns = columns
        coded = columns.filter { $0.kind != .ignored }
        guard !coded.isEmpty else { throw .noColumns }
        self.missingTokens = try MissingTokens(missingTokens)
        var (places, next) = ([String: Place](), 0)
        for column in columns {
            let place: Place = column.kind == .ignored ? .ignored : .coded(next)
            if place != .ignored { next += 1 }
            guard places.updateValue(place, forKey: column.name) == nil else {
                throw .duplicateColumn(column.name)
            }
        }
        self.places = places
    }

    /// Numbers of a coded row.
    package var width: Int { coded.count }

    package var names: [String] { coded.map(\.name) }

    package func place(of name: String) -> Place? { places[name] }

    /// Whether a cell's text stands for "not known".
    package func isMissing(_ text: Span<UInt8>) -> Bool { missingTokens.contains(text) }

    /// Whether a number stands for "not known".
    package func isMissing(_ number: Double) -> Bool { missingTokens.contains(number) }

    package static func == (a: Schema, b: Schema) -> Bool {
        a.columns == b.columns && a.missingTokens == b.missingTokens
    }
}
