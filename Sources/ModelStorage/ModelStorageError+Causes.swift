import Files
import JSON
import Records
import Safetensors
import VAE

// What the errors of others mean for a model.

extension ModelStorageError {
    /// Translates what goes wrong while a file of a model is read.
    ///
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - body: throws nothing but errors of the formats, of files, of networks and of models.
    static func reading<Value>(_ file: String, _ body: () throws -> Value) throws(ModelStorageError) -> Value {
        do {
            return try body()
        } catch {
            throw ModelStorageError(error, file: file)
        }
    }

    private init(_ error: any Error, file: String) {
        switch error {
        case let error as ModelStorageError: self = error
        case let error as FileError: self = .file(error)
        case let error as JSONError: self = .json(file: file, error)
        case let error as SafetensorsError: self = .tensors(file: file, error)
        case let error as StateDictError: self = .stateDict(file: file, error.faults)
        case let error as VAEError: self = .model(error)
        case let error as SchemaError: self = .columns(error)
        default: preconditionFailure("an error of another kind: \(error)")
        }
    }
}
