import Inference
import Records
import VAE

// The schemas of what comes back.

extension APIModel {
    /// The whole answer of a verb as JSON.
    func answerSchema(_ verb: Route.Verb) -> DocumentNode {
        var item = schemaReference(Self.resultName(verb))
        if verb.takesRecords { item = ["anyOf": [item, APIErrors.faultReference]] }
        var properties: [(String, DocumentNode?)] = [
            ("model", ["type": "string", "const": .string(name)]), ("version", ["type": "string"]),
        ]
        if Self.dependsOnSeed(verb) {
            properties.append(
                ("seed", ["description": "The seed that was used.", "type": "integer", "minimum": 0]))
        }
        properties.append(
            ("results", ["description": "One for each row, in order.", "type": "array", "items": item]))
        if verb.takesRecords {
            properties.append(
                ("faults", ["description": "Bad records, where on_error is skip.", "type": "integer", "minimum": 0]))
        }
        return Self.closed(properties, required: ["model", "version", "results"])
    }

    private static func dependsOnSeed(_ verb: Route.Verb) -> Bool {
        switch verb {
        case .encode, .decode, .sample, .score: true
        case .interpolate, .reconstruct: false
        }
    }

    static func resultName(_ verb: Route.Verb) -> String { "\(capitalised(verb.rawValue))Result" }
    static func answerName(_ verb: Route.Verb) -> String { "\(capitalised(verb.rawValue))Answer" }
    static func requestName(_ verb: Route.Verb) -> String { "\(capitalised(verb.rawValue))Request" }

    static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    static func closed(_ properties: [(String, DocumentNode?)], required: [String]) -> DocumentNode {
        [
            "type": "object", "properties": .members(properties), "required": .strings(required),
            "additionalProperties": false,
        ]
    }

    // MARK: One row

    func resultSchema(_ verb: Route.Verb) -> DocumentNode {
        let id: [(String, DocumentNode?)] =
            verb.takesRecords
            ? [("id", ["description": "Your name of the record.", "type": ["string", "number"]])] : []
        let latent = schemaReference("Latent")
        switch verb {
        case .encode:
            return Self.closed(id + [("mu", latent), ("sigma", latent), ("z", latent)], required: ["mu", "sigma"])
        case .decode: return Self.closed([("mean", record), ("draw", record)], required: ["mean"])
        case .interpolate: return Self.closed([("latent", latent), ("mean", record)], required: ["latent", "mean"])
        case .sample:
            return Self.closed(
                [("latent", latent), ("sample", record), ("mean", record)], required: ["latent", "sample"])
        case .reconstruct: return Self.closed(id + repairProperties, required: repairProperties.map(\.0))
        case .score: return Self.closed(id + scoreProperties, required: ["score"])
        }
    }

    /// A record as it comes back: by name, or by position where it came so.
    private var record: DocumentNode {
        if model.schema == nil { return schemaReference("Row") }
        return ["anyOf": [schemaReference("Named"), schemaReference("Cells")]]
    }

    var cellsSchema: DocumentNode {
        let cells = model.schema?.coded.map { Self.answered($0) } ?? []
        return [
            "description": "A record by position.", "type": "array", "prefixItems": .array(cells),
            "minItems": .int(cells.count), "maxItems": .int(cells.count),
        ]
    }

    var namedSchema: DocumentNode {
        let columns = model.schema?.coded ?? []
        return Self.closed(columns.map { ($0.name, Self.answered($0)) }, required: columns.map(\.name))
            .with([("description", "A record by name.")])
    }

    private static func answered(_ column: Column) -> DocumentNode {
        ["type": column.takesNumbers ? ["number", "null"] : ["string", "number", "boolean", "null"]]
    }

    private static let cell: DocumentNode = ["type": ["string", "number", "boolean", "null"]]

    private var repairProperties: [(String, DocumentNode?)] {
        guard let schema = model.schema else { return [("reconstruction", schemaReference("Row"))] }
        let names = DocumentNode.strings(schema.coded.map(\.name))
        let moved = Self.closed(
            [
                ("column", ["enum": names]), ("observed", Self.cell), ("expected", Self.cell),
                ("nats", ["description": "How strange the cell is.", "type": "number"]),
            ], required: ["column", "observed", "expected", "nats"])
        return [
            ("reconstruction", record), ("repaired", record), ("moved", ["type": "array", "items": moved]),
            ("imputed", ["description": "Empty cells that were filled.", "type": "array", "items": ["enum": names]]),
        ]
    }

    // MARK: Scores

    private var scoreProperties: [(String, DocumentNode?)] {
        func nats(_ text: DocumentNode) -> DocumentNode { ["description": text, "type": "number"] }
        var properties: [(String, DocumentNode?)] = [
            ("score", nats("−ELBO in nats, or the bound that was asked for; larger is stranger.")),
            ("reconstruction", nats("−E log p(x given z), in nats.")),
            ("kl", nats("KL(q(z given x) ‖ p(z)), in nats.")),
            ("std_error", ["description": "Of the score, by its samples.", "type": "number", "minimum": 0]),
        ]
        if model.ranking != nil {
            properties += [
                ("anomaly_score", nats("What rows are ranked by; larger is stranger.")),
                ("p_value", Self.range(0, 1, "The share of unseen normal records that rank as high.")),
                ("percentile", Self.range(0, 100, "Of the calibration records.")),
                (
                    "anomaly",
                    ["description": "Whether the record is stranger than alpha or threshold say.", "type": "boolean"]
                ),
            ]
        }
        guard let schema = model.schema else { return properties }
        properties.append(("contributions", ["type": "array", "items": contribution(schema)]))
        if model.ranking != nil {
            let parts = Ranking.parts.map { ($0.rawValue, DocumentNode?.some(["type": "number"])) }
            properties.append(("parts", Self.closed(parts, required: Ranking.parts.map(\.rawValue))))
        }
        return properties
    }

    private func contribution(_ schema: Schema) -> DocumentNode {
        Self.closed(
            [
                ("column", ["description": "(latent) is the code's KL divergence.", "type": "string"]),
                ("nats", ["type": "number"]), ("observed", Self.cell), ("expected", Self.cell),
                ("note", ["type": "string"]),
            ], required: ["column", "nats"])
    }

    static func range(_ least: Int, _ most: Int, _ text: String) -> DocumentNode {
        ["description": .string(text), "type": "number", "minimum": .int(least), "maximum": .int(most)]
    }
}
