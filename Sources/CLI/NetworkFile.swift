import Files
import ModelStorage

/// Layers for training, as the architecture of a `model.json` has them.
enum NetworkFile {
    /// - Throws: `Failure` naming the file and the place in it.
    static func read(_ path: String) throws -> NetworkDescription {
        do {
            return try NetworkDescription(json: FileSystem.read(path, limit: 16 << 20), file: path)
        } catch let error as ModelStorageError {
            throw Failure(error.description(of: path))
        } catch {
            throw Failure("\(error)")
        }
    }
}
