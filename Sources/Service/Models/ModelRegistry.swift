import Inference
import JSON
import Locking
import ModelStorage

/// The models that are served, by name and version, and the one that answers where none is named.
///
/// Whoever takes a model keeps it until his request is answered, whatever is put in its place in the meantime; its workers end
/// with its last use.
final class ModelRegistry: Sendable {
    private struct State: Sendable {
        var entries: [ModelEntry]
        /// The models of the entries, for requests.
        var served: [ServedModel]

        init(_ entries: [ModelEntry]) {
            self.entries = entries.sorted { $0.id < $1.id }
            served = self.entries.compactMap(\.model)
        }
    }

    private let state: Locked<State>
    private let defaultName: String

    /// - Throws: `ServiceStartError` when there is none, two share a name and version, or the default is not among them.
    init(_ models: [ServedModel], defaultName: String?) throws(ServiceStartError) {
        let state = State(models.map { ModelEntry($0) })
        let served = state.served
        if let twice = zip(served, served.dropFirst()).first(where: { $0.id == $1.id })?.0 {
            throw .duplicateModel(name: twice.name)
        }
        guard let first = served.first else { throw .noModels }
        if let defaultName, !served.contains(where: { $0.name == defaultName }) {
            throw .unknownDefault(name: defaultName, known: Self.names(served))
        }
        self.defaultName = defaultName ?? first.name
        self.state = Locked(state)
    }

    // MARK: Reading

    /// All that are served, by name and then by version, the older first.
    var models: [ServedModel] { state.withLock { $0.served } }

    /// All that are known, in the same order.
    var entries: [ModelEntry] { state.withLock { $0.entries } }

    /// - Throws: `ServiceError.unknownModel`, `.unknownVersion`.
    func find(_ reference: ModelReference) throws(ServiceError) -> ServedModel {
        let models = models
        let name = resolve(reference.name)
        guard let latest = models.last(where: { $0.name == name }) else {
            throw .unknownModel(name, known: Self.names(models))
        }
        guard let version = reference.version else { return latest }
        guard let model = models.first(where: { $0.name == name && $0.version == version }) else {
            let known = models.filter { $0.name == name }.map(\.version)
            throw .unknownVersion(version, model: name, known: known)
        }
        return model
    }

    /// The name of the model that is meant: `default` is the default model's too, unless a model has it.
    func resolve(_ name: String?) -> String {
        guard let name else { return defaultName }
        return name == "default" && !entries.contains { $0.id.name == name } ? defaultName : name
    }

    private static func names(_ models: [ServedModel]) -> [String] {
        models.map(\.name).reduce(into: []) { names, name in if names.last != name { names.append(name) } }
    }

    func listBody() -> [UInt8] {
        let models = models
        let usual = models.last { $0.name == defaultName }?.id
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("models")
            writer.array { writer in
                for model in models { model.writeSummary(isDefault: model.id == usual, to: &writer) }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    // MARK: Changing

    /// Changes the entries in one step: a request sees all of it or nothing.
    func update(_ change: (inout [ModelEntry]) -> Void) {
        state.withLock { state in
            var entries = state.entries
            change(&entries)
            state = State(entries)
        }
    }

    /// Lets the workers finish and end.
    func close() {
        for model in models { model.engine.close() }
    }
}
