/// The paths of the service itself.
struct APIService: Sendable {
    let models: [APIModel]

    static let tag = "service"

    var operations: [APIOperation] {
        [
            reading("/", "index", "The paths that there are; a browser is sent to /docs", "Index", page: false),
            reading("/livez", "live", "Whether the process is up", "Status"),
            reading("/readyz", "ready", "Whether requests are taken: 503 when the server is shutting down", "Status"),
            reading("/v1/models", "models", "The models that are served", "Models"),
            reading("/openapi.json", "openapi", "This document", nil),
            reading(
                "/v2/docs/dataplane.json", "v2_openapi", "This document, where the Open Inference Protocol has it", nil),
            page("/metrics", "metrics", "What a monitor reads, in Prometheus' text format 0.0.4", "text/plain"),
            page("/docs", "docs", "This interface as a page"),
            page("/v2/docs", "v2_docs", "The page, where the Open Inference Protocol has it"),
            modelPage,
        ]
    }

    private func reading(
        _ path: String, _ id: String, _ summary: String, _ schema: String?, page: Bool = true
    ) -> APIOperation {
        var operation = APIOperation(method: "get", path: path, id: id, summary: summary, tag: Self.tag)
        let schema: DocumentNode = schema.map { ["$ref": .string("#/components/schemas/\($0)")] } ?? ["type": "object"]
        operation.answers = [("application/json", schema)]
        if !page { operation.others = [Self.redirect("To /docs, where Accept prefers text/html to JSON.")] }
        return operation
    }

    private func page(
        _ path: String, _ id: String, _ summary: String, _ type: String = "text/html"
    ) -> APIOperation {
        var operation = APIOperation(method: "get", path: path, id: id, summary: summary, tag: Self.tag)
        operation.answers = [(type, ["type": "string"])]
        return operation
    }

    private var modelPage: APIOperation {
        var operation = APIOperation(
            method: "get", path: "/v2/models/{model}/docs", id: "v2_model_docs", summary: "The page, at a model",
            tag: Self.tag)
        let usual = models.first(where: \.isDefault) ?? models.first
        operation.parameters = [
            APIVersions.parameter("model", models.map(\.name), example: usual?.name ?? "")
        ]
        operation.others = [Self.redirect("To the model's place in /docs.")]
        return operation
    }

    private static func redirect(_ text: String) -> (String, DocumentNode?) {
        let location: DocumentNode = ["description": "Where to.", "schema": ["type": "string"]]
        return ("303", ["description": .string(text), "headers": ["Location": location]])
    }
}
