import Files

/// All who may use the server.
package struct AccessKeys: Equatable, Sendable {
    package private(set) var keys: [AccessKey] = []

    /// Larger files are no lists of keys.
    private static let mostBytes = 16 << 20

    init() {}

    /// One key a line; empty lines, and those that begin with `#`, say nothing.
    package init(_ text: String) throws(AccessKeyError) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (place, line) in lines.enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
            do {
                try add(try AccessKey(line: String(line)))
            } catch {
                throw .line(place + 1, error)
            }
        }
    }

    package init(path: String) throws(AccessKeyError) {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.readRegular(path, limit: Self.mostBytes)
        } catch {
            throw .file(error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .line(1, .notUTF8) }
        try self.init(text)
    }

    private mutating func add(_ key: AccessKey) throws(AccessKeyError.Reason) {
        if keys.contains(where: { $0.name == key.name }) { throw .repeatedName }
        if keys.contains(where: { $0.digest == key.digest }) { throw .repeatedToken }
        keys.append(key)
    }

    /// Whose token it is. All digests are compared to their ends, so the time does not tell how much of one was right.
    func key(ofToken token: String) -> AccessKey? {
        let digest = Array(AccessKey.digest(of: token).utf8)
        var found: AccessKey?
        for key in keys where Self.isEqual(digest, Array(key.digest.utf8)) { found = key }
        return found
    }

    private static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0 && a.count == b.count
    }
}
