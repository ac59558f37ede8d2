/// What a key may be used for.
package enum AccessScope: String, CaseIterable, Sendable {
    /// Answers of models, and what tells of them.
    case infer
    /// `GET /metrics`.
    case metrics
    /// What changes the server for others: models are loaded and unloaded, log settings changed.
    case manage
}

extension Route {
    /// The scope that a request needs; nil for health, which is open to all.
    func scope(method: String) -> AccessScope? {
        switch self {
        case .live, .ready: nil
        case .metrics: .metrics
        case .openInference(let route): route.scope(method: method)
        case .index, .openAPI, .docs, .modelDocs, .models, .model, .drift, .operation: .infer
        }
    }
}

extension OpenInferenceRoute {
    fileprivate func scope(method: String) -> AccessScope? {
        switch self {
        case .live, .ready: nil
        case .load, .unload: .manage
        case .logging: method == "POST" ? .manage : .infer
        case .server, .models, .model, .modelReady, .configuration, .statistics, .infer, .generate, .index: .infer
        }
    }
}
