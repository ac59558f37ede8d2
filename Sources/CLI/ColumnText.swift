import Kernels
import Records
import VAE

/// Columns of a table as people read them.
enum ColumnText {
    /// Lines of a compact table: name, kind, likelihood.
    ///
    /// - Parameters:
    ///   - families: of the coded columns.
    ///   - limit: lines at most; one more says how many are left out.
    static func table(_ schema: Schema, _ families: [ColumnFamily], limit: Int = .max) -> [String] {
        let rows = rows(schema, families)
        let shown = rows.prefix(limit)
        let nameWidth = min(shown.map { $0.name.count }.max() ?? 0, 40)
        let kindWidth = shown.map { $0.kind.count }.max() ?? 0
        let lines = shown.map {
            "  \(Text.left($0.name, nameWidth))  \(Text.left($0.kind, kindWidth))  \($0.likelihood)"
        }
        return lines + (rows.count > limit ? ["  … and \(rows.count - limit) more"] : [])
    }

    private static func rows(
        _ schema: Schema, _ families: [ColumnFamily]
    ) -> [(name: String, kind: String, likelihood: String)] {
        var rest = families[...]
        return schema.columns.map { column in
            let family = column.kind == .ignored ? nil : rest.popFirst()
            return (column.name, kind(column), family.map(likelihood) ?? "not part of the model")
        }
    }

    static func kind(_ column: Column) -> String {
        let word = column.kind.word.rawValue
        return column.isOptional ? "\(word), may be empty" : word
    }

    static func likelihood(_ family: ColumnFamily) -> String {
        switch family {
        case .gaussian(let scale): "Gaussian, \(sigma(scale))"
        case .student(let scale, let degrees): "Student's t with \(Text.short(degrees)) degrees, \(sigma(scale))"
        case .spiked(let atoms, let scale):
            "\(Text.counted(atoms.count, "spike")) and a Gaussian, \(sigma(scale))"
        case .discrete(let atoms, _): Text.counted(atoms.count, "number")
        case .bernoulli: "Bernoulli"
        case .categorical(let levels, _): Text.counted(levels, "level")
        case .ordinal(let levels, _): "\(Text.counted(levels, "level")) in order"
        case .poisson: "Poisson"
        case .negativeBinomial: "negative binomial"
        case .none: "watched, without a likelihood"
        }
    }

    private static func sigma(_ scale: ColumnScale) -> String {
        let whose = scale.isPerRecord ? "σ of each record" : "one σ"
        return "\(whose), at least \(Text.short(scale.floor))"
    }

    /// What a table's header says when it seems to be a row of data.
    ///
    /// - Parameter names: in their order; those that only count the columns are names.
    static func headerWarning(_ names: [String]) -> String? {
        let numbers = names.enumerated().filter { place, name in
            let bare = name.split(separator: " ").joined()
            return Double(bare) != nil && bare != "\(place)" && bare != "\(place + 1)"
        }
        guard 2 * numbers.count > names.count else { return nil }
        return
            "warning: the first line holds numbers, such as '\(numbers[0].element)', and was taken for the names of the "
            + "columns; put a line with names above it"
    }
}
