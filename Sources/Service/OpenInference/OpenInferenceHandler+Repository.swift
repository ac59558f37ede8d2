import HTTPServer
import JSON

// The model repository extension.

extension OpenInferenceHandler {
    /// All models that are known, or with `{"ready": true}` those that are served.
    func indexBody(_ body: [UInt8]) throws(ServiceError) -> [UInt8] {
        var fields = try Self.fields(body)
        let onlyReady = try fields?.bool("ready") ?? false
        var writer = JSONWriter()
        writer.array { writer in
            for entry in registry.entries where !onlyReady || entry.model != nil { Self.write(entry, to: &writer) }
        }
        return writer.bytes
    }

    private static func write(_ entry: ModelEntry, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(entry.id.name)
            if !entry.id.version.isEmpty {
                writer.key("version")
                writer.string(entry.id.version)
            }
            writer.key("state")
            writer.string(entry.state.rawValue)
            writer.key("reason")
            writer.string(entry.reason)
        }
    }

    /// Loads all versions of a model, or loads them again.
    func load(_ name: String, _ body: [UInt8]) throws(ServiceError) -> HTTPAnswer {
        guard let loader else { throw .notManaged }
        try Self.checkLoad(body)
        let name = registry.resolve(name)
        return .later { reply in
            loader.load(name, isCancelled: { reply.isCancelled }) { error in
                reply.send(Self.response(error, name, "load"))
            }
        }
    }

    func unload(_ name: String, _ body: [UInt8]) throws(ServiceError) -> HTTPAnswer {
        guard let loader else { throw .notManaged }
        if var fields = try Self.fields(body), let parameters = try fields.present("parameters") {
            var options = try RequestFields(parameters)
            // No model here depends on another.
            _ = try options.bool("unload_dependents")
        }
        let name = registry.resolve(name)
        return .later { reply in
            loader.unload(name, isCancelled: { reply.isCancelled }) { error in
                reply.send(Self.response(error, name, "unload"))
            }
        }
    }

    /// A model is what lies in its folder: nothing of it comes with a request.
    private static func checkLoad(_ body: [UInt8]) throws(ServiceError) {
        guard var fields = try fields(body), let parameters = try fields.present("parameters") else { return }
        for (key, _) in try RequestFields(parameters).members() where key == "config" || key.hasPrefix("file:") {
            throw .badField(
                "parameters", expected: "without '\(key)': models are loaded as they lie in their folders",
                got: "with it")
        }
    }

    private static func response(_ error: ServiceError?, _ name: String, _ done: String) -> HTTPResponse {
        if let error { return HTTPResponse(openInference: error) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("name")
            writer.string(name)
            writer.key(done)
            writer.bool(true)
        }
        return .json(writer.bytes)
    }
}
