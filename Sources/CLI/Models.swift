import Files
import Kernels
import ModelStorage

/// Model directories as commands name them.
enum Models {
    static func load(_ directory: String, _ precision: WeightPrecision = .float32) throws -> StoredModel {
        try load(ModelPlace(name: StoredModel.name(of: directory), directory: directory), precision)
    }

    static func load(_ place: ModelPlace, _ precision: WeightPrecision) throws -> StoredModel {
        do {
            return try StoredModel(place, precision)
        } catch {
            throw Failure("cannot load \(place.directory): \(error)")
        }
    }

    /// Every model of a catalog.
    ///
    /// - Parameter description: where it looks, for messages.
    static func loadAll(
        _ catalog: ModelCatalog, description: String, _ precision: WeightPrecision
    ) throws -> [StoredModel] {
        let places: [ModelPlace]
        do {
            places = try catalog.places()
        } catch {
            throw Failure("cannot read the models: \(error)")
        }
        guard !places.isEmpty else {
            throw Failure(
                "no model in \(description): a model is a folder with a model.json; train one with 'elbo train'")
        }
        return try places.map { try load($0, precision) }
    }
}
