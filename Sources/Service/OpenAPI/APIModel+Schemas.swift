import RecordIO
import Records
import VAE

// The schemas of what goes in: records, rows and codes.

extension APIModel {
    func schemaName(_ what: String) -> String { "\(key).\(what)" }

    func schemaReference(_ what: String) -> DocumentNode {
        ["$ref": .string("#/components/schemas/\(schemaName(what))")]
    }

    /// The schemas that the requests and answers of all verbs share.
    var sharedSchemas: [(String, DocumentNode)] {
        var schemas = [
            ("Latent", Self.vector(latentDimension, "A code z.")),
            ("Row", rowSchema),
        ]
        if model.schema != nil {
            schemas += [("Record", recordSchema), ("Cells", cellsSchema), ("Named", namedSchema)]
        }
        return schemas.map { (schemaName($0.0), $0.1) }
    }

    static func vector(_ width: Int, _ text: String) -> DocumentNode {
        [
            "description": .string(text), "type": "array",
            "items": ["type": "number", "minimum": .number(-largest), "maximum": .number(largest)],
            "minItems": .int(width), "maxItems": .int(width),
        ]
    }

    /// Of single precision, as its shortest text says it, which is a little more in double precision.
    private static let largest = 3.4028235e38

    // MARK: In

    /// Several rows or one.
    func rowsSchema(ends: Bool) -> DocumentNode {
        var row = schemaReference("Row")
        if model.schema != nil { row = ["anyOf": [schemaReference("Record"), row]] }
        let rows: DocumentNode = [
            "type": "array", "items": row, "minItems": ends ? 2 : 1,
            "maxItems": .int(ends ? 2 : OperationRequest.mostRows),
        ]
        if ends { return rows }
        return [
            "anyOf": .array([rows, schemaReference("Row")] + (model.schema == nil ? [] : [schemaReference("Record")]))
        ]
    }

    /// A record by position.
    private var rowSchema: DocumentNode {
        guard let schema = readSchema else {
            let shape = model.inputShape.map(String.init).joined(separator: " × ")
            let row = Self.vector(model.recordDimension, "A record: \(shape) numbers, row by row.")
            return architecture.likelihood.isOfUnitInterval ? Self.unitVector(model.recordDimension, shape) : row
        }
        return [
            "description": .string("A record by position: \(schema.coded.map(\.name).joined(separator: ", "))."),
            "type": "array", "prefixItems": .array(schema.coded.map { cell($0) }),
            // The level, which is last, may come as `condition` instead.
            "minItems": .int(model.recordDimension), "maxItems": .int(schema.width),
        ]
    }

    private static func unitVector(_ width: Int, _ shape: String) -> DocumentNode {
        [
            "description": .string("A record: \(shape) numbers from 0 to 1, row by row."), "type": "array",
            "items": ["type": "number", "minimum": 0, "maximum": 1], "minItems": .int(width), "maxItems": .int(width),
        ]
    }

    /// How records are read: with their level, where they hold it.
    var readSchema: Schema? { model.labelledSchema ?? model.schema }

    /// A record by name.
    private var recordSchema: DocumentNode {
        guard let schema = readSchema else { return true }
        var properties = schema.coded.map { DocumentNode.Member(name: $0.name, value: cell($0)) }
        for column in schema.columns where column.kind == .ignored {
            properties.append(.init(name: column.name, value: ["description": "Read over."]))
        }
        if schema.place(of: RecordReading.usualIDColumn) == nil {
            let text: DocumentNode = "Your name of the record, which comes back with its answer."
            properties.append(
                .init(
                    name: RecordReading.usualIDColumn,
                    value: ["description": text, "type": ["string", "number", "null"]]))
        }
        // The level may come as `condition` instead.
        let required = schema.coded.filter { !$0.isOptional && $0.name != model.condition?.column }
        return [
            "description": "A record by name.", "type": "object", "properties": .object(properties),
            "required": .strings(required.map(\.name)), "additionalProperties": false,
        ]
    }

    /// A cell as it may come.
    private func cell(_ column: Column) -> DocumentNode {
        let text = DocumentNode.string(Self.text(column))
        if column.name == model.condition?.column, let levels = column.kind.levels?.names {
            return ["description": text, "enum": .array(levels.flatMap { Self.spellings($0) })]
        }
        let tokens = model.schema?.missingTokens.names ?? []
        guard column.takesNumbers else { return wordCell(column, text, tokens) }
        guard column.isOptional else { return ["description": text, "type": "number"] }
        return ["description": text, "anyOf": [["type": ["number", "null"]], ["enum": .strings(tokens)]]]
    }

    /// Training may not have seen a word, and a word may be a number or a flag: that is strange, not wrong.
    private func wordCell(_ column: Column, _ text: DocumentNode, _ tokens: [String]) -> DocumentNode {
        let names = column.kind.levels?.names.prefix(Self.mostLevels) ?? []
        let examples: DocumentNode? = names.isEmpty ? nil : .strings(names)
        if column.isOptional {
            return .members([
                ("description", text), ("type", ["string", "number", "boolean", "null"]), ("examples", examples),
            ])
        }
        return .members([
            ("description", text), ("type", ["string", "number", "boolean"]), ("not", ["enum": .strings(tokens)]),
            ("examples", examples),
        ])
    }

    /// Levels that are told of a column.
    static let mostLevels = 50

    /// What a column is, in a few words.
    static func text(_ column: Column) -> String {
        let kind =
            switch column.kind {
            case .real: "a number"
            case .positive: "an amount"
            case .count: "a count"
            case .binary(let levels), .categorical(let levels), .ordinal(let levels):
                self.text(levels, column.kind.word)
            case .constant(let value): "always \(value)"
            case .ignored: "read over"
            }
        return column.isOptional ? "\(kind); may be empty" : kind
    }

    private static func text(_ levels: Levels, _ word: ColumnWord) -> String {
        let shown = levels.names.prefix(12).joined(separator: ", ")
        let rest = levels.count > 12 ? " and \(levels.count - 12) more" : ""
        return word == .ordinal ? "from low to high: \(shown)\(rest)" : "one of \(shown)\(rest)"
    }
}
