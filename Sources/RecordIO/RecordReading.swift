import Records

/// How records are read: against which columns, and what comes along with them.
package struct RecordReading: Sendable {
    package let schema: Schema
    /// The caller's column that names records; it is no column of the model.
    package let idColumn: String?
    /// Whether the caller said which: a table must then have it.
    let requiresID: Bool
    /// Whether cells are kept as they came, for explanations.
    package let keepsObserved: Bool
    package let policy: FaultPolicy
    /// Whether the last column is the level that the record is conditioned on, which must be one that training saw.
    let endsInLevel: Bool

    /// A column of this name that the model does not know names records unless another is given.
    package static let usualIDColumn = "id"

    package init(
        _ schema: Schema, idColumn: String? = nil, keepsObserved: Bool = false, policy: FaultPolicy = .stop,
        endsInLevel: Bool = false
    ) {
        (self.schema, self.endsInLevel) = (schema, endsInLevel)
        let usual = schema.place(of: Self.usualIDColumn) == nil ? Self.usualIDColumn : nil
        (self.idColumn, requiresID) = (idColumn ?? usual, idColumn != nil)
        (self.keepsObserved, self.policy) = (keepsObserved, policy)
    }

    /// - Throws: `RecordError.unknownLevel`.
    func checkLevel(_ draft: RowDraft) throws(RecordError) {
        guard endsInLevel, let column = schema.coded.last, draft[draft.width - 1] == Column.unknownCode else { return }
        throw .unknownLevel(column: column.name, known: column.kind.levels?.names ?? [])
    }

    /// Whether a column of this name can name records: it must not be one that the model learned.
    package static func canNameRecords(_ column: String, _ schema: Schema) -> Bool {
        if case .coded = schema.place(of: column) { false } else { true }
    }
}

extension RowDraft {
    /// Codes for the columns that the record did not have.
    ///
    /// - Throws: `RecordError.missingColumn` for one that every record must have.
    mutating func fillAbsent(_ columns: [Column]) throws(RecordError) {
        for place in 0..<width where !isSet(place) {
            guard columns[place].isOptional else { throw .missingColumn(columns[place].name) }
            self[place] = Column.missingCode
        }
    }
}
