import Files
import Kernels
import ModelStorage

/// Model directories as commands name them.
enum Models {
    static func load(_ directory: String) throws -> StoredModel {
        do {
            return try StoredModel(directory: directory)
        } catch {
            throw Failure("cannot load \(directory): \(error)")
        }
    }

    /// Every model in a folder of models: its subfolders with a `model.json`.
    static func loadAll(in folder: String) throws -> [StoredModel] {
        let names: [String]
        do {
            names = try FileSystem.list(folder)
        } catch {
            throw Failure("cannot read the models: \(error)")
        }
        let directories = names.sorted().map { "\(folder)/\($0)" }
            .filter { !StoredModel.name(of: $0).hasPrefix(".") && FileSystem.exists("\($0)/model.json") }
        guard !directories.isEmpty else {
            throw Failure("no model in \(folder): a model is a folder with a model.json; train one with 'elbo train'")
        }
        return try directories.map(load)
    }
}
