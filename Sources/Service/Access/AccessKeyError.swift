import Files

/// Why a file of keys cannot be used.
package enum AccessKeyError: Error, Equatable, Sendable {
    package enum Reason: Error, Equatable, Sendable {
        case wrongWordCount(Int)
        case unknownScope(String)
        case noDigest
        case noRate(String)
        case repeatedName(String)
        case repeatedToken
        case notUTF8
    }

    case file(FileError)
    case line(Int, Reason)
}

extension AccessKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .line(let number, let reason): "line \(number): \(reason)"
        }
    }
}

extension AccessKeyError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongWordCount(let got):
            "expected 'name scopes sha256:digest', perhaps with 'rate=number', got \(got) words"
        case .unknownScope(let got):
            "expected scopes of \(AccessScope.allCases.map(\.rawValue).joined(separator: ", ")), got '\(got)'"
        case .noDigest: "expected 'sha256:' and 64 hexadecimal digits as the third word"
        case .noRate(let got): "expected 'rate=' and a number above 0, got '\(got)'"
        case .repeatedName(let name): "the name '\(name)' stands twice"
        case .repeatedToken: "the token of this line stands twice"
        case .notUTF8: "the file is not UTF-8"
        }
    }
}
