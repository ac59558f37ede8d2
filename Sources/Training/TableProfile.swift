import DataFiles
import Kernels
import Records

/// What a user says about a table before training.
package struct TableOptions: Sendable {
    /// Columns by name; those not named are guessed.
    package var plans: [ColumnPlan] = []
    /// Cells that stand for "not known".
    package var missingTokens = CellText.defaultMissingTokens

    package init() {}
}

/// A training table, read once: the cells of each column and what they have in common.
package struct TableProfile {
    package let profiles: [ColumnProfile]
    private let options: TableOptions

    /// - Throws: `DataFileError` naming the row, `TrainingError` for a plan of a column that is not there.
    package init(_ path: String, _ options: TableOptions) throws {
        self.options = options
        let missing = try MissingTokens(options.missingTokens)
        var reader = try CSVReader(DataFile.open(path))
        var profiles = reader.columns.map { ColumnProfile(name: $0) }
        for plan in options.plans where !reader.columns.contains(plan.name) {
            throw TrainingError.unknownPlannedColumn(plan.name, known: reader.columns)
        }
        for (i, plan) in options.plans.enumerated() where options.plans[..<i].contains(where: { $0.name == plan.name })
        {
            throw TrainingError.repeatedPlan(plan.name)
        }
        while try reader.next() {
            for column in profiles.indices { try Self.add(column, of: reader, missing, to: &profiles[column]) }
        }
        self.profiles = profiles
    }

    private static func add(
        _ column: Int, of reader: borrowing CSVReader, _ missing: MissingTokens, to profile: inout ColumnProfile
    ) throws {
        switch reader.number(column) {
        case .number(let value):
            if missing.contains(value) { return profile.addMissing() }
            let isPadded = reader.withField(column) { CellText.hasLeadingZero($0) }
            if isPadded { profile.add(value, padded: try reader.string(column)) } else { profile.add(value) }
        case .tooLarge: throw TrainingError.cell(row: reader.row, .overflow(column: profile.name, got: "the number"))
        case .notANumber:
            if reader.withField(column, { missing.contains($0) }) { return profile.addMissing() }
            if reader.withField(column, { CellText.endsInBarePoint($0) }) { profile.addBarePoint() }
            profile.add(word: try reader.string(column))
        }
    }

    package var rows: Int { profiles.first?.rows ?? 0 }

    /// The columns with the kinds that the plans and the cells give them.
    package func schema() throws -> Schema {
        let plans = Dictionary(options.plans.map { ($0.name, $0) }) { first, _ in first }
        let columns = try profiles.map { profile in
            do throws(RowError) {
                return try ColumnInference(profile, plan: plans[profile.name]).column()
            } catch {
                throw TrainingError.cell(row: error.row + 1, error.error)
            }
        }
        return try Schema(columns, missingTokens: options.missingTokens)
    }

    /// `[rows, schema.width]`
    package func codedRows(_ schema: Schema) throws -> Matrix<Float> {
        let values = Matrix<Float>(rows: rows, columns: schema.width)
        let kept = zip(profiles, schema.columns).filter { $1.kind != .ignored }
        for (place, (profile, column)) in kept.enumerated() {
            do throws(RowError) {
                for (row, code) in try profile.codes(column).enumerated() { values[row, place] = code }
            } catch {
                throw TrainingError.cell(row: error.row + 1, error.error)
            }
        }
        return values
    }
}
