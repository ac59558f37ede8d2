import JSON

/// What can be wrong with columns written as JSON.
package enum SchemaError: Error, Equatable {
    case json(JSONError)
    case record(RecordError)
    case unknownKey(path: String, key: String, known: [String])
    case badValue(path: String, expected: String, got: String)

    init(_ error: any Error) {
        switch error {
        case let error as SchemaError: self = error
        case let error as JSONError: self = .json(error)
        case let error as RecordError: self = .record(error)
        default: preconditionFailure("an error of another kind: \(error)")
        }
    }
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .json(let error): "\(error)"
        case .record(let error): "\(error)"
        case .unknownKey(let path, let key, let known):
            "\(path): unknown key '\(key)'; known are \(known.joined(separator: ", "))"
        case .badValue(let path, let expected, let got): "\(path): expected \(expected), got \(got)"
        }
    }
}
