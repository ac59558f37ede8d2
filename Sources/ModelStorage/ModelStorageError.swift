import Files
import Inference
import JSON
import Records
import Safetensors
import VAE

/// Why a model directory cannot be read or written. `file` is a name within the directory.
package enum ModelStorageError: Error {
    case file(FileError)
    case changedWhileRead(String)
    case json(file: String, JSONError)
    case tensors(file: String, SafetensorsError)
    case model(VAEError)
    case columns(SchemaError)
    case unknownKey(path: String, key: String, known: [String])
    case unknownValue(path: String, got: String, expected: [String])
    case badValue(path: String, got: String, expected: String)
    case unsupportedFormat(got: Int, supported: Int)
    case referenceShape(tensor: String, expected: [Int], got: [Int])
    case referenceDamaged(expected: String, got: String)
    case referenceNotFinite(tensor: String, row: Int, column: Int)
    case badGolden(InferenceError)
    case noLevel(file: String, tensor: String, row: Int, got: String)
    case goldenMissing(tensor: String)
    case goldenShape(tensor: String, expected: [Int], got: [Int])
    case goldenMismatch(tensor: String, row: Int, column: Int, expected: Double, got: Double)
    /// A layer of an import whose module nothing names.
    case unnamedLayer(path: String, behind: String)
    case stateDict(file: String, [TensorFault])
    case unknownStatedAnswer(file: String, tensor: String, known: [String])
    case noStatedAnswer(file: String, known: [String])
    case statedShape(file: String, tensor: String, expected: [Int], got: [Int])
    case statedMismatch(
        file: String, tensor: String, row: Int, column: Int, expected: Double, got: Double, tolerance: Double)
    case outputIsNoModel(path: String)
}

extension ModelStorageError: CustomStringConvertible {
    package var description: String { description(of: ModelDescription.file) }

    /// - Parameter name: of the file that a model's description, or the part of one, was read from.
    package func description(of name: String) -> String {
        switch self {
        case .file(let error): error.description
        case .changedWhileRead(let directory): "the files of \(directory) changed while they were read"
        case .json(let file, let error): "\(file): \(error)"
        case .tensors(let file, let error): "\(file): \(error)"
        case .model(let error): error.description
        case .columns(let error): "\(name): \(error)"
        case .unknownKey(let path, let key, let known):
            "\(name): \(path.isEmpty ? "the top level" : path) has an unknown key '\(key)'; known: \(known.joined(separator: ", "))"
        case .unknownValue(let path, let got, let expected):
            "\(name): \(path) is '\(got)'; expected one of \(expected.joined(separator: ", "))"
        case .badValue(let path, let got, let expected): "\(name): \(path) is \(got); expected \(expected)"
        case .unsupportedFormat(let got, let supported):
            "\(name): format is \(got); this version of elbo reads format \(supported)"
        case .referenceShape(let tensor, let expected, let got):
            "calibration.safetensors: '\(tensor)' has shape \(got); expected \(expected) or more rows"
        case .referenceDamaged(let expected, let got):
            "calibration.safetensors is not the one that model.json names: SHA-256 \(got), expected \(expected)"
        case .referenceNotFinite(let tensor, let row, let column):
            "calibration.safetensors: '\(tensor)' is not finite at [\(row), \(column)]"
        case .badGolden(let error): "the model cannot answer its golden input: \(error)"
        case .noLevel(let file, let tensor, let row, let got):
            "\(file): row \(row) of '\(tensor)' ends in \(got), which is no place of a level"
        case .goldenMissing(let tensor): "golden.safetensors lacks tensor '\(tensor)'"
        case .goldenShape(let tensor, let expected, let got):
            "golden.safetensors: '\(tensor)' has shape \(got); expected \(expected)"
        case .goldenMismatch(let tensor, let row, let column, let expected, let got):
            "the model does not give its golden answers: \(tensor)[\(row), \(column)] is \(got); expected \(expected)"
        case .unnamedLayer(let path, let last):
            "\(name): \(path) needs a 'name', its module's in PyTorch: nothing counts on from '\(last)'"
        case .stateDict(let file, let faults):
            (["\(file) is not of this architecture:"] + faults.map(\.description)).joined(separator: "\n  ")
        case .unknownStatedAnswer(let file, let tensor, let known):
            "\(file): '\(tensor)' is nothing that a model answers; known: \(known.joined(separator: ", "))"
        case .noStatedAnswer(let file, let known):
            "\(file) holds no answer; expected one or more of \(known.joined(separator: ", "))"
        case .statedShape(let file, let tensor, let expected, let got):
            "\(file): '\(tensor)' has shape \(got); expected \(expected)"
        case .outputIsNoModel(let path):
            "\(path) exists and is not a model directory; it would be replaced: name another --output, or remove it"
        case .statedMismatch(let file, let tensor, let row, let column, let expected, let got, let tolerance):
            "the model does not give the answers of \(file): \(tensor)[\(row), \(column)] is \(got), expected \(expected), more than \(tolerance) away (relative above 1)"
        }
    }
}
