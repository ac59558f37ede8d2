import Files

/// Why a file of keys cannot be used.
package enum AccessKeyError: Error, Equatable, Sendable {
    /// None repeats what stands there: a word in the wrong place may be a token.
    package enum Reason: Error, Equatable, Sendable {
        case wrongWordCount(Int)
        case unknownScope
        case noDigest
        case noRate
        case repeatedName
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
        case .unknownScope:
            "expected scopes of \(AccessScope.allCases.map(\.rawValue).joined(separator: ", ")), and commas between them"
        case .noDigest: "expected 'sha256:' and 64 hexadecimal digits as the third word"
        case .noRate: "expected 'rate=' and a number above 0"
        case .repeatedName: "the name of this line stands twice"
        case .repeatedToken: "the token of this line stands twice"
        case .notUTF8: "the file is not UTF-8"
        }
    }
}
