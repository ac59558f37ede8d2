/// What a path means, before anybody has looked at the body.
enum Route: Equatable {
    enum Verb: String, CaseIterable {
        case encode, decode, interpolate, reconstruct, sample, score
    }

    case index
    case live
    case ready
    case models
    case model(String)
    // nil stands for the default model.
    case drift(model: String?)
    case operation(Verb, model: String?)

    /// - Returns: nil for a path that leads nowhere.
    init?(segments: [String]) {
        switch segments.count {
        case 0: self = .index
        case 1 where segments[0] == "livez": self = .live
        case 1 where segments[0] == "readyz": self = .ready
        case 2 where segments[0] == "v1":
            if segments[1] == "models" {
                self = .models
            } else if segments[1] == "drift" {
                self = .drift(model: nil)
            } else if let verb = Verb(rawValue: segments[1]) {
                self = .operation(verb, model: nil)
            } else {
                return nil
            }
        case 3 where segments[0] == "v1" && segments[1] == "models": self = .model(segments[2])
        case 4 where segments[0] == "v1" && segments[1] == "models" && segments[3] == "drift":
            self = .drift(model: segments[2])
        case 4 where segments[0] == "v1" && segments[1] == "models":
            guard let verb = Verb(rawValue: segments[3]) else { return nil }
            self = .operation(verb, model: segments[2])
        default: return nil
        }
    }

    /// The method that the path takes; HEAD is GET without the body.
    var method: String {
        if case .operation = self { "POST" } else { "GET" }
    }

    /// The methods for the `Allow` header.
    var allowed: String {
        if case .operation = self { "POST, OPTIONS" } else { "GET, HEAD, OPTIONS" }
    }
}
