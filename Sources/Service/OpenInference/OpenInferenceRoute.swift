/// What a path behind `/v2` means in the Open Inference Protocol.
///
/// Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md, and the extensions of
/// https://github.com/triton-inference-server/server, docs/protocol.
enum OpenInferenceRoute: Hashable {
    case server
    case live
    case ready
    case models
    case model(ModelReference)
    case modelReady(ModelReference)
    case configuration(ModelReference)
    /// Without a name of all models.
    case statistics(ModelReference)
    case infer(ModelReference)
    /// Known words that lead nowhere here.
    case generate(ModelReference)
    case index
    case load(String)
    case unload(String)
    case logging

    /// - Parameter segments: those behind `v2`.
    /// - Returns: nil for a path that leads nowhere.
    init?(segments: ArraySlice<String>) {
        switch Array(segments) {
        case [], [""]: self = .server
        case ["health", "live"]: self = .live
        case ["health", "ready"]: self = .ready
        case ["models"]: self = .models
        case ["models", "stats"]: self = .statistics(ModelReference())
        case ["logging"]: self = .logging
        case ["repository", "index"]: self = .index
        default:
            switch segments.first {
            case "models": self.init(afterModels: segments.dropFirst())
            case "repository": self.init(afterRepository: Array(segments.dropFirst()))
            default: return nil
            }
        }
    }

    /// `name`, `name/word`, `name/versions/version` or `name/versions/version/word`.
    private init?(afterModels segments: ArraySlice<String>) {
        var rest = segments
        let reference = ModelReference(taking: &rest)
        switch Array(rest) {
        case []: self = .model(reference)
        case ["ready"]: self = .modelReady(reference)
        case ["config"]: self = .configuration(reference)
        case ["stats"]: self = .statistics(reference)
        case ["infer"]: self = .infer(reference)
        case ["generate"], ["generate_stream"]: self = .generate(reference)
        default: return nil
        }
    }

    /// `models/name/load` or `models/name/unload`.
    private init?(afterRepository segments: [String]) {
        guard segments.count == 3, segments[0] == "models" else { return nil }
        switch segments[2] {
        case "load": self = .load(segments[1])
        case "unload": self = .unload(segments[1])
        default: return nil
        }
    }

    /// The methods that the path takes.
    var methods: [String] {
        switch self {
        case .server, .live, .ready, .models, .model, .modelReady, .configuration, .statistics: ["GET"]
        case .infer, .generate, .index, .load, .unload: ["POST"]
        case .logging: ["GET", "POST"]
        }
    }
}
