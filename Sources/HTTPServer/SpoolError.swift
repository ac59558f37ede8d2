/// Why bytes could not be put aside in a temporary file.
package enum SpoolError: Error, Equatable {
    /// The directory for temporary files refuses a new one.
    case cannotCreate(directory: String, reason: String)
    /// The disk, a quota or the largest size of a file is exhausted.
    case full(directory: String, reason: String)
    case cannotWrite(directory: String, reason: String)
}

extension SpoolError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotCreate(let directory, let reason): "cannot create a temporary file in \(directory): \(reason)"
        case .full(let directory, let reason): "no room for a temporary file in \(directory): \(reason)"
        case .cannotWrite(let directory, let reason): "cannot write a temporary file in \(directory): \(reason)"
        }
    }
}
