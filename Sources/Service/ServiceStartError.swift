import HTTPServer

/// Why the service could not start.
package enum ServiceStartError: Error {
    case noModels
    case duplicateModel(name: String)
    case unknownDefault(name: String, known: [String])
    case server(HTTPServerError)
}

extension ServiceStartError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noModels: "there is no model to serve"
        case .duplicateModel(let name): "two models are named '\(name)'"
        case .unknownDefault(let name, let known):
            "the default model '\(name)' is not loaded; loaded: \(known.joined(separator: ", "))"
        case .server(let error): error.description
        }
    }
}
