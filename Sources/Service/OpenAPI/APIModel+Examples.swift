import Answers
import Kernels
import ModelStorage
import Records
import VAE

// Requests that work as they stand, of a record that the model has answered before.

extension APIModel {
    /// A longer record would only be scrolled over.
    private static let mostNumbers = 4_096

    var hasExamples: Bool { max(model.recordDimension, latentDimension) <= Self.mostNumbers }

    func examples(_ verb: Route.Verb) -> [APIExample] {
        guard hasExamples else { return [] }
        var examples = [example(verb)]
        if verb == .score, model.schema != nil {
            let why = DocumentNode.members(content(verb) + [("contributions", true)])
            examples.append(APIExample("why", "What each column adds", why))
        }
        if hasPictures(verb) {
            examples.append(
                APIExample("picture", "As a picture", pictureRequest(verb), accept: .png))
        }
        if verb.takesRecords { examples += tables }
        return examples
    }

    private func example(_ verb: Route.Verb) -> APIExample {
        let summary =
            switch verb {
            case .encode: "The code of a record"
            case .decode: "What a code stands for"
            case .interpolate: "Four points between two codes"
            case .reconstruct:
                model.schema == nil ? "A record as the model sees it" : "What was expected, and set right"
            case .sample: "Two records of the model's own making"
            case .score: "How strange a record is"
            }
        return APIExample("record", summary, .members(content(verb)))
    }

    /// The members of a request.
    private func content(_ verb: Route.Verb) -> [(String, DocumentNode?)] {
        let condition = conditionMember(verb)
        switch verb {
        case .encode, .reconstruct, .score:
            return [model.schema == nil ? ("inputs", [numbers]) : ("records", [record])] + condition
        case .decode: return [("latents", [latent(1)])] + condition
        case .interpolate: return [("latents", [latent(1), latent(-1)]), ("steps", 4)] + condition
        case .sample: return [("count", 2), ("seed", 7)] + condition
        }
    }

    private func pictureRequest(_ verb: Route.Verb) -> DocumentNode {
        let more: [(String, DocumentNode?)] =
            verb == .sample
            ? [("count", 16), ("seed", 7), ("mean", true), ("scale", 2)] + conditionMember(verb)
            : content(verb) + [("scale", 4)]
        return .members(more)
    }

    /// Records of a table hold their level themselves.
    private func conditionMember(_ verb: Route.Verb) -> [(String, DocumentNode?)] {
        guard let level = model.condition?.levels.first, !(verb.takesRecords && model.labelledSchema != nil) else {
            return []
        }
        return [("condition", .string(level))]
    }

    private func latent(_ sign: Int) -> DocumentNode {
        .array((0..<latentDimension).map { .number(Double(sign) * [1, -0.5, 0, 0.5][$0 % 4]) })
    }

    /// Of a model of plain vectors.
    var numbers: DocumentNode {
        let width = model.recordDimension
        guard let golden = served.stored.goldenInput, golden.rows > 0 else {
            return .array((0..<width).map { .number([0, 0.25, 0.5, 1][$0 % 4]) })
        }
        // Fewer digits are enough for an example.
        return .array((0..<width).map { .number((Double(golden[0, $0]) * 1_000).rounded() / 1_000 + 0) })
    }

    // MARK: Tables

    private var record: DocumentNode { .members(cells.map { ($0.name, Self.node($0.value)) }) }

    private static func node(_ value: CellValue) -> DocumentNode {
        switch value {
        case .missing: .null
        case .number(let number): .number(number)
        case .word(let word): .string(word)
        }
    }

    /// The cells of a record, its level among them.
    var cells: [(name: String, value: CellValue)] {
        guard let schema = model.schema else { return [] }
        var cells = schema.coded.enumerated().map { place, column in (column.name, cell(column, place)) }
        if model.labelledSchema != nil, let condition = model.condition, let name = condition.column {
            cells.append((name, .word(condition.levels[0])))
        }
        return cells
    }

    private func cell(_ column: Column, _ place: Int) -> CellValue {
        let golden = served.stored.goldenInput.flatMap { $0.rows > 0 ? column.value($0[0, place]) : nil }
        if let golden, golden != .missing || column.isOptional { return golden }
        switch column.kind {
        case .real(let code), .positive(let code): return column.value(Float(code.median))
        case .count(let code): return .number(max(0, code.value(code.median).rounded()))
        case .binary(let levels), .categorical(let levels), .ordinal(let levels):
            return column.value(ofWord: levels.names[0])
        case .constant(let value): return column.value(ofWord: value)
        case .ignored: return .missing
        }
    }

    /// The same record as a table of one row, and as a line.
    private var tables: [APIExample] {
        var examples: [APIExample] = []
        if let table = csv { examples.append(APIExample("table", "A table of one record", .csv, text: table)) }
        let line = model.schema == nil ? numbers : record
        if model.condition == nil || model.labelledSchema != nil {
            examples.append(APIExample("lines", "A record a line", .ndjson, text: line.spaced + "\n"))
        }
        return examples
    }

    private var csv: String? {
        guard model.condition == nil || model.labelledSchema != nil else { return nil }
        var writer = CSVCells()
        if model.schema == nil {
            guard case .array(let numbers) = numbers else { return nil }
            for place in numbers.indices { writer.add(text: "x\(place)") }
            writer.endLine()
            for number in numbers { writer.add(text: number.spaced) }
        } else {
            for cell in cells { writer.add(text: cell.name) }
            writer.endLine()
            for cell in cells { writer.add(text: Self.text(cell.value)) }
        }
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    private static func text(_ value: CellValue) -> String {
        switch value {
        case .missing: ""
        case .number(let number): CellText.canonical(number)
        case .word(let word): word
        }
    }
}
