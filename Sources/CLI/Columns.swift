import ArgumentParser
import JSON
import Records
import Training

struct Columns: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what training would take the columns of a table for, for editing.",
        discussion: """
            Standard output is a columns.json for 'elbo train --columns'. Edit 'kind' (real, positive, count, binary,
            categorical, ordinal, constant or ignored), 'optional', 'levels' (for ordinal columns from low to high) and
            'missing_tokens'; leave a column out to have it guessed. The other members only say what the data are like:
            training finds them anew.

            Example: elbo columns data.csv > columns.json
            """)

    @Argument(help: "A CSV table with a header; .gz too.")
    var data: String

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A cell that stands for 'not known', besides the usual ones ('', NA, null, ? and such). Repeatable.")
    var missingToken: [String] = []

    func run() throws {
        if data == "-" { throw ValidationError("the columns are those of a file; give one instead of -") }
        do {
            var options = TableOptions()
            options.missingTokens = ColumnsFile.tokens(options.missingTokens, and: missingToken)
            let profile = try TableProfile(data, options)
            try print(profile, profile.schema())
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(data): \(error)")
        }
    }

    private func print(_ profile: TableProfile, _ schema: Schema) throws {
        if let warning = ColumnText.headerWarning(profile.profiles.map(\.name)) { Output.noteLine(warning) }
        try Output.write(ColumnsFile.bytes(schema))
        let width = min(profile.profiles.map(\.name.count).max() ?? 0, 40)
        for (column, cells) in zip(schema.columns, profile.profiles) {
            Output.noteLine("\(Text.left(column.name, width))  \(Self.line(column, cells))")
        }
    }

    private static func line(_ column: Column, _ cells: ColumnProfile) -> String {
        let distinct = cells.levelCounts().count
        let missing = 100 * Double(cells.missing) / Double(max(cells.rows, 1))
        let example = cells.numbers.first { !$0.isNaN }.map { CellText.canonical($0) } ?? cells.wordNames.first
        return [
            Text.left(column.kind.word.rawValue, 11), Text.right("\(Text.grouped(distinct)) distinct", 16),
            Text.right("\(Text.fixed(missing, 1)) % missing", 15),
            example.map { "such as \($0.prefix(40))" } ?? "empty",
        ].joined(separator: "  ")
    }
}
