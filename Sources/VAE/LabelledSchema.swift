import Records

extension Schema {
    /// How records are read that hold their level themselves: as the last column of a coded row.
    ///
    /// - Returns: nil where the level is no column of the table.
    /// - Throws: `RecordError` for two levels of one name.
    func labelled(_ condition: ConditionSpecification) throws(RecordError) -> Schema? {
        guard let name = condition.column else { return nil }
        let label = Column(name: name, kind: .categorical(try Levels(condition.levels)))
        return try Schema(columns.filter { $0.name != name } + [label], missingTokens: missingTokens.names)
    }
}
