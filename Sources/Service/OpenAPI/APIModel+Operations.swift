import Answers
import HTTPServer
import RecordIO
import VAE

extension APIModel {
    /// All of the model's paths; those of the default model without its name too.
    var operations: [APIOperation] {
        let named = verbs.map { operation($0, prefix: path, id: "\($0.rawValue)_\(key)") } + readings(path, key)
        guard isDefault else { return named }
        return named + verbs.map { operation($0, prefix: "/v1", id: $0.rawValue) } + [drift("/v1", "drift")]
    }

    func operation(_ verb: Route.Verb, prefix: String, id: String) -> APIOperation {
        var operation = APIOperation(
            method: "post", path: "\(prefix)/\(verb.rawValue)", id: id, summary: Self.summary(verb), tag: tag)
        let fields = fields(verb)
        operation.parameters = fields.filter(\.isInQuery).map { Self.parameter($0) } + APIService.timeouts
        operation.bodies = bodies(verb)
        operation.answers = answers(verb)
        if !verb.arrays(model).isEmpty {
            operation.answerFields = [(HTTPResponse.shapeField, "Of an array: its sides, outermost first.")]
        }
        operation.errors = [404, 405, 406, 415, 422, 507]
        return operation
    }

    static func summary(_ verb: Route.Verb) -> String {
        switch verb {
        case .encode: "Records to codes: the mean and σ of q(z given x)"
        case .decode: "Codes to records: the mean of p(x given z)"
        case .interpolate: "The way from one code or record to another"
        case .reconstruct: "Records as the model expects them"
        case .sample: "Records of the model's own making"
        case .score: "How strange records are"
        }
    }

    private static func parameter(_ field: APIField) -> DocumentNode {
        [
            "name": .string(field.name), "in": "query", "description": .string(field.text),
            "schema": field.querySchema,
        ]
    }

    // MARK: Bodies

    private func bodies(_ verb: Route.Verb) -> [APIOperation.Body] {
        let examples = examples(verb)
        func body(_ form: MediaForm, _ schema: DocumentNode) -> APIOperation.Body {
            APIOperation.Body(form: form, schema: schema, examples: examples.filter { $0.form == form })
        }
        var bodies = [body(.json, schemaReference(Self.requestName(verb)))]
        if verb.takesRecords {
            bodies.append(
                body(
                    .csv,
                    Self.text("A table with a header; columns by name\(model.schema == nil ? " do not matter" : "").")))
            bodies.append(body(.ndjson, Self.text("A record a line.")))
            if model.pictureShape != nil { bodies.append(body(.png, [:])) }
        }
        if takesArrays(verb) { bodies += MediaForm.arrays.map { body($0, Self.array($0)) } }
        return bodies
    }

    func takesArrays(_ verb: Route.Verb) -> Bool {
        verb.takesArrays && !(verb.takesRecords && model.schema != nil)
    }

    private static func array(_ form: MediaForm) -> DocumentNode {
        let text =
            form == .npy
            ? "An array as numpy.save writes it." : "Rows of little-endian single-precision numbers, without a header."
        return ["description": .string(text)]
    }

    private static func text(_ description: String) -> DocumentNode {
        ["description": .string(description), "type": "string"]
    }

    func requestSchema(_ verb: Route.Verb) -> DocumentNode {
        let fields = fields(verb).filter(\.isInBody)
        let properties = fields.map { field in
            DocumentNode.Member(name: field.name, value: field.schema.with([("description", .string(field.text))]))
        }
        let needed = ["latents", "records", "inputs"].filter { name in fields.contains { $0.name == name } }
        let conditions = model.condition != nil && !(verb.takesRecords && model.labelledSchema != nil)
        return .members([
            ("type", "object"), ("properties", .object(properties)),
            ("required", conditions ? ["condition"] : nil),
            ("oneOf", needed.count < 2 ? nil : .array(needed.map { ["required": [.string($0)]] })),
            ("allOf", needed.count == 1 ? [["required": .strings(needed)]] : nil),
            ("additionalProperties", false),
        ])
    }

    // MARK: Answers

    private func answers(_ verb: Route.Verb) -> [(type: String, schema: DocumentNode)] {
        var answers = [
            (type: "application/json", schema: schemaReference(Self.answerName(verb))),
            (type: "text/csv", schema: Self.text("A header, and a line for each row.")),
            (type: "application/x-ndjson", schema: Self.text("One of the results of the JSON answer a line.")),
        ]
        if hasPictures(verb) { answers.append((type: "image/png", schema: [:])) }
        if !verb.arrays(model).isEmpty {
            answers += MediaForm.arrays.map { (type: $0.names[0], schema: Self.array($0)) }
        }
        return answers
    }

    /// The schemas of its requests and answers.
    var schemas: [(String, DocumentNode?)] {
        sharedSchemas.map { ($0.0, $0.1) }
            + verbs.flatMap { verb in
                [
                    (schemaName(Self.requestName(verb)), requestSchema(verb)),
                    (schemaName(Self.resultName(verb)), resultSchema(verb)),
                    (schemaName(Self.answerName(verb)), answerSchema(verb)),
                ]
            }
    }

    // MARK: To read

    private func readings(_ prefix: String, _ key: String) -> [APIOperation] {
        var details = APIOperation(
            method: "get", path: prefix, id: "model_\(key)", summary: "What the model is", tag: tag)
        details.answers = [("application/json", ["$ref": "#/components/schemas/Model"])]
        return [details, drift(prefix, "drift_\(key)")]
    }

    /// Whether live scores are still like those of the calibration; 404 for a model without.
    func drift(_ prefix: String, _ id: String) -> APIOperation {
        var operation = APIOperation(
            method: "get", path: "\(prefix)/drift", id: id,
            summary: "Whether live scores are still like those of the calibration", tag: tag)
        if model.ranking != nil { operation.answers = [("application/json", ["$ref": "#/components/schemas/Drift"])] }
        return operation
    }
}
