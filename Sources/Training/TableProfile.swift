import DataFiles
import Kernels
import Records
import VAE

/// What a user says about a table before training.
package struct TableOptions: Sendable {
    /// Columns by name; those not named are guessed.
    package var plans: [ColumnPlan] = []
    /// Cells that stand for "not known".
    package var missingTokens = CellText.defaultMissingTokens
    /// The column that the model is told; nil for none.
    package var conditionColumn: String?

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
        var plans = Dictionary(options.plans.map { ($0.name, $0) }) { first, _ in first }
        // Told, not learned; records may have it all the same.
        if let name = options.conditionColumn { plans[name] = ColumnPlan(name: name, kind: .ignored) }
        let columns = try profiles.map { profile in
            do throws(RowError) {
                return try ColumnInference(profile, plan: plans[profile.name]).column()
            } catch {
                throw TrainingError.cell(row: error.row + 1, error.error)
            }
        }
        return try Schema(columns, missingTokens: options.missingTokens)
    }

    /// Levels of a column that is a condition: more would be names rather than kinds.
    private static let conditionLevels = 2...100

    /// The levels of the column that the model is told, in order, and the place of each row's; nil for none.
    package func condition() throws -> (specification: ConditionSpecification, places: [Int])? {
        guard let name = options.conditionColumn else { return nil }
        guard let profile = profiles.first(where: { $0.name == name }) else {
            throw TrainingError.unknownConditionColumn(name, known: profiles.map(\.name))
        }
        let count = profile.levelCounts().count
        guard Self.conditionLevels.contains(count) else {
            throw TrainingError.conditionLevels(column: name, expected: Self.conditionLevels, got: count)
        }
        do throws(RowError) {
            let plan = ColumnPlan(name: name, kind: .ordinal, isOptional: false)
            return try Self.condition(profile, try ColumnInference(profile, plan: plan).column())
        } catch {
            throw TrainingError.cell(row: error.row + 1, error.error)
        }
    }

    private static func condition(
        _ profile: ColumnProfile, _ column: Column
    ) throws(RowError) -> (specification: ConditionSpecification, places: [Int]) {
        let places = try profile.codes(column).map { Int($0) }
        do {
            return (try ConditionSpecification(levels: column.kind.levels?.names ?? [], column: column.name), places)
        } catch {
            preconditionFailure("the levels of a column are distinct, and counted: \(error)")
        }
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
