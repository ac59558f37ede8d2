/// What a path means, before anybody has looked at the body.
enum Route: Hashable {
    enum Verb: String, CaseIterable {
        case encode, decode, interpolate, reconstruct, sample, score
    }

    case index
    case live
    case ready
    /// What a monitor reads.
    case metrics
    /// The interface for programs.
    case openAPI
    /// The interface for people.
    case docs
    /// The same, at a model.
    case modelDocs(ModelReference)
    case models
    case model(ModelReference)
    case drift(ModelReference)
    case operation(Verb, ModelReference)
    /// Behind `/v2`.
    case openInference(OpenInferenceRoute)

    /// - Returns: nil for a path that leads nowhere.
    init?(segments: [String]) {
        switch (segments.count, segments.first) {
        case (0, _): self = .index
        case (1, "livez"): self = .live
        case (1, "readyz"): self = .ready
        case (1, "metrics"): self = .metrics
        case (1, "openapi.json"): self = .openAPI
        case (1, "docs"): self = .docs
        case (2, "v1") where segments[1] == "models": self = .models
        case (2, "v1"): self.init(segments[1], ModelReference())
        case (3..., "v1") where segments[1] == "models": self.init(afterModels: segments.dropFirst(2))
        case (_, "v2"): self.init(afterV2: segments.dropFirst())
        default: return nil
        }
    }

    /// The Open Inference Protocol, and where its servers have what tells of them.
    private init?(afterV2 segments: ArraySlice<String>) {
        switch (segments.count, segments.first) {
        case (1, "docs"): self = .docs
        case (2, "docs") where segments.last == "dataplane.json": self = .openAPI
        case (3, "models") where segments.last == "docs":
            self = .modelDocs(ModelReference(segments[segments.startIndex + 1]))
        default:
            guard let route = OpenInferenceRoute(segments: segments) else { return nil }
            self = .openInference(route)
        }
    }

    /// `name`, `name/verb`, `name/versions/version` or `name/versions/version/verb`.
    private init?(afterModels segments: ArraySlice<String>) {
        var rest = segments
        let reference = ModelReference(taking: &rest)
        switch rest.count {
        case 0: self = .model(reference)
        case 1: self.init(rest.removeFirst(), reference)
        default: return nil
        }
    }

    private init?(_ word: String, _ reference: ModelReference) {
        if word == "drift" {
            self = .drift(reference)
        } else if let verb = Verb(rawValue: word) {
            self = .operation(verb, reference)
        } else {
            return nil
        }
    }

    /// The methods that the path takes; HEAD is GET without the body.
    var methods: [String] {
        switch self {
        case .index, .live, .ready, .metrics, .openAPI, .docs, .modelDocs, .models, .model, .drift: ["GET"]
        case .operation: ["POST"]
        case .openInference(let route): route.methods
        }
    }

    func takes(_ method: String) -> Bool {
        method == "OPTIONS" || methods.contains(method == "HEAD" ? "GET" : method)
    }

    /// The methods for the `Allow` header.
    var allowed: String {
        let named = methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
        return (named + ["OPTIONS"]).joined(separator: ", ")
    }
}
