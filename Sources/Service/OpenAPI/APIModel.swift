import VAE

/// A model as the document and the page speak of it: the latest version of its name.
struct APIModel: Sendable {
    let served: ServedModel
    let isDefault: Bool
    /// All versions of its name that are served, the older first.
    let versions: [String]
    /// Names its schemas, operations and anchors: letters, digits and `_`, no two models the same.
    let key: String

    /// More would make a document that nobody reads; all are served nevertheless.
    static let mostModels = 50

    var model: TrainedModel { served.model }
    var name: String { served.name }
    var path: String { "/v1/models/\(PathText.segment(name))" }
    /// What its operations are listed under.
    var tag: String { [APIService.tag, APIVersions.tag, APIOpenInference.tag].contains(name) ? "model \(name)" : name }
    var latentDimension: Int { model.network.latentDimension }
    var architecture: Architecture { model.network.architecture }

    /// The operations that the model can answer.
    var verbs: [Route.Verb] { Route.Verb.allCases.filter { $0 != .sample || !architecture.isDeterministic } }

    /// What a reader must know who does not see all of a registry's models; nil where he does.
    static func omission(_ registry: ModelRegistry) -> String? {
        let count = names(registry.models).count
        return count > mostModels ? "\(mostModels) of \(count) models are described; GET /v1/models lists all." : nil
    }

    private static func names(_ models: [ServedModel]) -> [String] {
        models.map(\.name).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// Those of a registry: the default model, and others by name.
    static func all(_ registry: ModelRegistry) -> [APIModel] {
        let models = registry.models
        let usual = (try? registry.find(ModelReference()))?.name
        var names = names(models)
        if let usual, names.count > mostModels { names = [usual] + names.filter { $0 != usual } }
        var keys: Set<String> = []
        return names.prefix(mostModels).compactMap { name in
            let versions = models.filter { $0.name == name }
            guard let latest = versions.last else { return nil }
            let key = Self.key(name, notIn: &keys)
            return APIModel(
                served: latest, isDefault: name == usual, versions: versions.map(\.version), key: key)
        }
    }

    private static func key(_ name: String, notIn keys: inout Set<String>) -> String {
        let plain = String(
            name.unicodeScalars.prefix(60).map { scalar in
                scalar.isASCII && PathText.isUnreserved(UInt8(scalar.value)) && !".-~".unicodeScalars.contains(scalar)
                    ? Character(scalar) : "_"
            })
        var (key, number) = (plain, 1)
        while !keys.insert(key).inserted {
            number += 1
            key = "\(plain)_\(number)"
        }
        return key
    }
}
