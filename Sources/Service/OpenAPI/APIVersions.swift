/// The paths that name a version: once for all models, with parameters.
struct APIVersions: Sendable {
    let models: [APIModel]

    private static let prefix = "/v1/models/{model}/versions/{version}"
    static let tag = "versions"

    var operations: [APIOperation] {
        guard let usual = models.first(where: \.isDefault) ?? models.first else { return [] }
        var details = APIOperation(
            method: "get", path: Self.prefix, id: "version", summary: "What the model is", tag: Self.tag)
        details.answers = [("application/json", ["$ref": "#/components/schemas/Model"])]
        var drift = APIOperation(
            method: "get", path: "\(Self.prefix)/drift", id: "version_drift",
            summary: "Whether live scores are still like those of the calibration", tag: Self.tag)
        drift.answers = [("application/json", ["$ref": "#/components/schemas/Drift"])]
        let verbs = Route.Verb.allCases.compactMap { operation($0, usual) }
        return ([details, drift] + verbs).map { operation in
            var operation = operation
            operation.parameters = pathParameters(usual) + operation.parameters
            return operation
        }
    }

    /// Of any model that can answer it: options go into the body here, since which there are depends on the model.
    private func operation(_ verb: Route.Verb, _ usual: APIModel) -> APIOperation? {
        let able = models.filter { $0.verbs.contains(verb) }
        guard !able.isEmpty else { return nil }
        var operation = APIOperation(
            method: "post", path: "\(Self.prefix)/\(verb.rawValue)", id: "version_\(verb.rawValue)",
            summary: APIModel.summary(verb), tag: Self.tag)
        let examples = usual.verbs.contains(verb) ? usual.examples(verb).filter { $0.form == .json } : []
        operation.bodies = [
            APIOperation.Body(
                form: .json, schema: Self.any(able.map { $0.schemaReference(APIModel.requestName(verb)) }),
                examples: examples)
        ]
        operation.answers = [
            ("application/json", Self.any(able.map { $0.schemaReference(APIModel.answerName(verb)) }))
        ]
        operation.errors = [404, 405, 406, 415, 422, 507]
        return operation
    }

    private static func any(_ schemas: [DocumentNode]) -> DocumentNode {
        schemas.count == 1 ? schemas[0] : ["anyOf": .array(schemas)]
    }

    func pathParameters(_ usual: APIModel) -> [DocumentNode] {
        let versions = models.flatMap(\.versions).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return [
            Self.parameter("model", models.map(\.name), example: usual.name),
            Self.parameter("version", versions, example: usual.served.version),
        ]
    }

    static func parameter(_ name: String, _ values: [String], example: String) -> DocumentNode {
        [
            "name": .string(name), "in": "path", "required": true,
            "schema": ["type": "string", "enum": .strings(values)], "example": .string(example),
        ]
    }
}
