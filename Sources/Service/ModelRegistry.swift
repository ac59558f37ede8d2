import Inference
import JSON
import ModelStorage

/// The models that are served, by name, and the one that answers where none is named.
struct ModelRegistry: Sendable {
    /// In order of their names.
    let models: [ServedModel]
    let defaultModel: ServedModel

    /// - Throws: `ServiceStartError` when there is none, two share a name, or the default is not among them.
    init(_ stored: [StoredModel], defaultName: String?, executors: [ComputeExecutor]) throws(ServiceStartError) {
        models =
            stored.sorted { $0.name < $1.name }
            .map { ServedModel($0, ModelEngine($0.model, executors: executors)) }
        let names = models.map(\.name)
        if let twice = zip(names, names.dropFirst()).first(where: { $0 == $1 })?.0 {
            throw .duplicateModel(name: twice)
        }
        guard let fallback = models.first else { throw .noModels }
        guard let name = defaultName else {
            defaultModel = fallback
            return
        }
        guard let chosen = models.first(where: { $0.name == name }) else {
            throw .unknownDefault(name: name, known: names)
        }
        defaultModel = chosen
    }

    subscript(name: String?) -> ServedModel? {
        guard let name else { return defaultModel }
        return models.first { $0.name == name }
    }

    func listBody() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("models")
            writer.array { writer in
                for model in models {
                    model.writeSummary(isDefault: model.name == defaultModel.name, to: &writer)
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Lets the workers finish and end.
    func close() {
        for model in models { model.engine.close() }
    }
}
