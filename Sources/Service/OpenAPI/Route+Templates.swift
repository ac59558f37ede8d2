extension Route {
    /// What the path looks like, its parameters in braces.
    var template: String {
        switch self {
        case .index: "/"
        case .live: "/livez"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        case .openAPI: "/openapi.json"
        case .docs: "/docs"
        case .modelDocs: "/v2/models/{model}/docs"
        case .models: "/v1/models"
        case .model(let reference): reference.template
        case .drift(let reference): "\(reference.template)/drift"
        case .operation(let verb, let reference): "\(reference.template)/\(verb.rawValue)"
        case .openInference(let route): "/v2\(route.template)"
        }
    }

    /// Every path that leads somewhere, with its method: what the index lists and the document must describe.
    static let templates: [(method: String, path: String)] = {
        let (usual, named) = (ModelReference(), ModelReference("m"))
        let version = ModelReference("m", version: "v")
        let verbs = [named, usual, version].flatMap { reference in
            Verb.allCases.map { Route.operation($0, reference) }
        }
        let models = [named, version].map { Route.model($0) } + [named, usual, version].map { Route.drift($0) }
        let service: [Route] = [.models, .live, .ready, .metrics, .openAPI, .docs, .modelDocs(named), .index]
        let protocols = OpenInferenceRoute.examples.map { Route.openInference($0) }
        return (verbs + models + service + protocols).flatMap { route in
            route.methods.map { ($0, route.template) }
        } + aliases.map { ("GET", $0) }
    }()

    /// Other names of paths.
    private static let aliases = ["/v2/docs", "/v2/docs/dataplane.json"]
}

extension ModelReference {
    fileprivate var template: String {
        if name == nil { return "/v1" }
        return "/v1/models\(path)"
    }

    /// Of a model that has a name.
    fileprivate var path: String { version == nil ? "/{model}" : "/{model}/versions/{version}" }
}

extension OpenInferenceRoute {
    /// Behind `/v2`.
    fileprivate var template: String {
        switch self {
        case .server: ""
        case .live: "/health/live"
        case .ready: "/health/ready"
        case .models: "/models"
        case .model(let reference): "/models\(reference.path)"
        case .modelReady(let reference): "/models\(reference.path)/ready"
        case .configuration(let reference): "/models\(reference.path)/config"
        case .statistics(let reference): reference.name == nil ? "/models/stats" : "/models\(reference.path)/stats"
        case .infer(let reference): "/models\(reference.path)/infer"
        case .generate(let reference): "/models\(reference.path)/generate"
        case .index: "/repository/index"
        case .load: "/repository/models/{model}/load"
        case .unload: "/repository/models/{model}/unload"
        case .logging: "/logging"
        }
    }

    /// One for each path that is offered: `generate` is not.
    fileprivate static let examples: [OpenInferenceRoute] = {
        let ofModels = [ModelReference("m"), ModelReference("m", version: "v")].flatMap { reference in
            [
                model(reference), modelReady(reference), configuration(reference), statistics(reference),
                infer(reference),
            ]
        }
        return [server, live, ready, models, statistics(ModelReference())] + ofModels
            + [index, load("m"), unload("m"), logging]
    }()
}
