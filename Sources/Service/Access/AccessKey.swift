import Files

/// One who may use the server: known by the digest of a token, which itself is kept nowhere.
package struct AccessKey: Equatable, Sendable {
    /// For logs and metrics; no secret.
    package let name: String
    package let scopes: Set<AccessScope>
    /// SHA-256 of the token, in lower-case hexadecimal. A token is 256 random bits, so nothing slower is needed.
    let digest: String
    /// Requests a second; nil for the server's usual one.
    let rate: Double?

    private static let digestPrefix = "sha256:"
    private static let ratePrefix = "rate="

    package init(name: String, scopes: Set<AccessScope>, token: String, rate: Double? = nil) {
        (self.name, self.scopes, self.rate) = (name, scopes, rate)
        digest = Self.digest(of: token)
    }

    /// Reads `name scopes sha256:digest`, and perhaps `rate=number` behind it.
    init(line: String) throws(AccessKeyError.Reason) {
        let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard words.count == 3 || words.count == 4 else { throw .wrongWordCount(words.count) }
        name = words[0]
        scopes = try Self.scopes(words[1])
        digest = try Self.digest(field: words[2])
        rate = words.count == 4 ? try Self.rate(field: words[3]) : nil
    }

    /// As it stands in the file.
    package var line: String {
        let scopes = AccessScope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ",")
        let rate = rate.map { " \(Self.ratePrefix)\($0)" } ?? ""
        return "\(name) \(scopes) \(Self.digestPrefix)\(digest)\(rate)"
    }

    static func digest(of token: String) -> String {
        var hash = SHA256()
        hash.update(Array(token.utf8))
        return hash.hexadecimal()
    }

    /// - Parameter text: words separated by commas.
    package static func scopes(_ text: String) throws(AccessKeyError.Reason) -> Set<AccessScope> {
        var scopes: Set<AccessScope> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let scope = AccessScope(rawValue: String(word)) else { throw .unknownScope }
            scopes.insert(scope)
        }
        return scopes
    }

    private static func digest(field: String) throws(AccessKeyError.Reason) -> String {
        let digits = field.dropFirst(digestPrefix.count).lowercased()
        guard field.hasPrefix(digestPrefix), digits.utf8.count == 64, digits.utf8.allSatisfy(isHexadecimal) else {
            throw .noDigest
        }
        return digits
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func rate(field: String) throws(AccessKeyError.Reason) -> Double {
        guard field.hasPrefix(ratePrefix), let rate = Double(field.dropFirst(ratePrefix.count)), rate > 0,
            rate.isFinite
        else { throw .noRate }
        return rate
    }
}
