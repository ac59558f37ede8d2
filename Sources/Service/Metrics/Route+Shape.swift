extension Route {
    /// The route without what the client chose of it: there are only so many, and each has a template.
    var shape: Route {
        switch self {
        case .index, .live, .ready, .metrics, .openAPI, .docs, .models: self
        case .modelDocs(let reference): .modelDocs(reference.shape)
        case .model(let reference): .model(reference.shape)
        case .drift(let reference): .drift(reference.shape)
        case .operation(let verb, let reference): .operation(verb, reference.shape)
        case .openInference(let route): .openInference(route.shape)
        }
    }
}

extension OpenInferenceRoute {
    fileprivate var shape: OpenInferenceRoute {
        switch self {
        case .server, .live, .ready, .models, .index, .logging: self
        case .model(let reference): .model(reference.shape)
        case .modelReady(let reference): .modelReady(reference.shape)
        case .configuration(let reference): .configuration(reference.shape)
        case .statistics(let reference): .statistics(reference.shape)
        case .infer(let reference): .infer(reference.shape)
        case .generate(let reference): .generate(reference.shape)
        case .load: .load("")
        case .unload: .unload("")
        }
    }
}

extension ModelReference {
    fileprivate var shape: ModelReference {
        ModelReference(name.map { _ in "" }, version: version.map { _ in "" })
    }
}
