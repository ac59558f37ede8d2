import Glibc

/// Why something could not be done with a file or directory.
package enum FileError: Error, Equatable {
    /// The system refused; `code` is its `errno`.
    case refused(operation: FileOperation, path: String, code: Int32)
    /// The file is larger than the caller allows, in bytes.
    case tooLarge(path: String, limit: Int)
    case notARegularFile(path: String)
    /// A file name for inside a directory that is empty, or leads elsewhere.
    case invalidName(name: String, directory: String)
    case duplicateName(name: String, directory: String)
}

/// What was tried, as a person would say it.
package enum FileOperation: String, Sendable {
    case open = "open"
    case inspect = "inspect"
    case read = "read"
    case create = "create"
    case write = "write"
    case flush = "flush to disk"
    case rename = "rename"
    case exchange = "exchange with its replacement"
    case list = "list"
    case createDirectory = "create the directory"
    case remove = "remove"
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let operation, let path, let code):
            "cannot \(operation.rawValue) \(path): \(reason(ofCode: code))"
        case .tooLarge(let path, let limit):
            "\(path) is larger than the \(limit) bytes allowed"
        case .notARegularFile(let path):
            "\(path) is not a regular file"
        case .invalidName(let name, let directory):
            "\"\(name)\" is not a file name for the directory \(directory)"
        case .duplicateName(let name, let directory):
            "\(name) is written twice into the directory \(directory)"
        }
    }
}

/// The system's words for an `errno`. `strerror` is safe between threads since glibc 2.32.
private func reason(ofCode code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
