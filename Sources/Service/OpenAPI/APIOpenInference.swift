import VAE

/// The paths of the Open Inference Protocol: inference once for each model, all else with parameters.
struct APIOpenInference: Sendable {
    let models: [APIModel]

    static let tag = "Open Inference Protocol"

    private var usual: APIModel? { models.first(where: \.isDefault) ?? models.first }

    var operations: [APIOperation] {
        server + models.map { infer($0) } + [false, true].flatMap { reads($0) } + managing
    }

    // MARK: The server

    private var server: [APIOperation] {
        [
            reading("/v2", "v2_server", "The server and the extensions that it speaks", "V2Server"),
            reading("/v2/health/live", "v2_live", "Whether the process is up", "V2Live"),
            reading("/v2/health/ready", "v2_ready", "Whether requests are taken", "V2Ready"),
            reading("/v2/models", "v2_models", "The names of the models that are served", "V2Models"),
            reading("/v2/models/stats", "v2_stats", "What all models have done", "V2Statistics"),
            reading("/v2/logging", "v2_logging", "What is logged", "V2Logging"),
        ]
    }

    private func reading(_ path: String, _ id: String, _ summary: String, _ schema: String) -> APIOperation {
        var operation = APIOperation(method: "get", path: path, id: id, summary: summary, tag: Self.tag)
        operation.answers = [("application/json", Self.reference(schema))]
        return operation
    }

    private static func reference(_ schema: String) -> DocumentNode {
        ["$ref": .string("#/components/schemas/\(schema)")]
    }

    // MARK: Models

    private func infer(_ model: APIModel) -> APIOperation {
        inference("/v2/models/\(PathText.segment(model.name))/infer", "v2_infer_\(model.key)", model)
    }

    private func inference(_ path: String, _ id: String, _ model: APIModel) -> APIOperation {
        var operation = posting(path, id, "Any outputs of the model, at the cost of one", "V2InferResponse")
        let examples = model.inferExample.map { [$0] } ?? []
        operation.bodies = [.init(form: .json, schema: Self.reference("V2InferRequest"), examples: examples)]
        operation.answers.append(("application/octet-stream", [:]))
        operation.errors = [404, 405, 415]
        return operation
    }

    /// What is told of one model, or of one version.
    private func reads(_ isOfVersion: Bool) -> [APIOperation] {
        guard let usual else { return [] }
        let path = isOfVersion ? "/v2/models/{model}/versions/{version}" : "/v2/models/{model}"
        let id = isOfVersion ? "v2_version" : "v2_model"
        var operations = [
            reading(path, id, "The tensors that the model takes and gives", "V2Model"),
            reading("\(path)/ready", "\(id)_ready", "Whether the model is served", "V2ModelReady"),
            reading("\(path)/config", "\(id)_config", "Its configuration", "V2Configuration"),
            reading("\(path)/stats", "\(id)_stats", "What the model has done", "V2Statistics"),
        ]
        if isOfVersion { operations.append(inference("\(path)/infer", "\(id)_infer", usual)) }
        let parameters = APIVersions(models: models).pathParameters(usual)
        return operations.map { operation in
            var operation = operation
            operation.parameters = Array(parameters.prefix(isOfVersion ? 2 : 1))
            return operation
        }
    }

    // MARK: What changes the server

    private var managing: [APIOperation] {
        var index = posting("/v2/repository/index", "v2_index", "All models that are known", "V2Index")
        index.bodies = [.init(form: .json, schema: Self.reference("V2IndexRequest"), examples: [])]
        var logging = posting("/v2/logging", "v2_set_logging", "Changes what is logged", "V2Logging")
        logging.bodies = [.init(form: .json, schema: Self.reference("V2Logging"), examples: [])]
        let changes = [("load", "Loads a model, or loads it again"), ("unload", "Lets a model go")].map {
            word, summary in
            var operation = posting("/v2/repository/models/{model}/\(word)", "v2_\(word)", summary, "V2Changed")
            operation.bodies = [.init(form: .json, schema: Self.reference("V2ChangeRequest"), examples: [])]
            operation.parameters = [
                APIVersions.parameter("model", models.map(\.name), example: usual?.name ?? "")
            ]
            operation.errors = [404, 405]
            return operation
        }
        return ([index, logging] + changes).map { operation in
            var operation = operation
            operation.needsBody = false
            return operation
        }
    }

    private func posting(_ path: String, _ id: String, _ summary: String, _ schema: String) -> APIOperation {
        var operation = APIOperation(method: "post", path: path, id: id, summary: summary, tag: Self.tag)
        operation.answers = [("application/json", Self.reference(schema))]
        return operation
    }
}
