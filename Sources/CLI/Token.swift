import ArgumentParser
import Files
import Service

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a key for a server that asks for one.",
        discussion: """
            The token is printed, once; the file gets its digest only. Servers that were started with the file read it within a
            second or two. To take a key away, delete its line.

            Example: elbo token reports --tokens keys.txt --scopes infer,metrics
            Then:    elbo serve --tokens keys.txt
                     curl -H "Authorization: Bearer $TOKEN" localhost:8080/v1/models
            """)

    @Argument(help: "The key's name, for logs: letters, digits, '-', '_' and '.'.")
    var name: String

    @Option(help: "The file to add the key to; it is made, for its owner alone, if it is not there.")
    var tokens: String

    @Option(
        help:
            "What the key is for, separated by commas: infer, metrics (GET /metrics), manage (load and unload models).")
    var scopes = AccessScope.infer.rawValue

    @Option(help: "Requests a second for this key, in place of the server's --rate-limit.")
    var rate: Double?

    func run() throws {
        guard !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy(Self.isNameByte) else {
            throw ValidationError("the name is '\(name)'; expected letters, digits, '-', '_' and '.', at most 64")
        }
        if let rate, !(rate > 0 && rate.isFinite) {
            throw ValidationError("--rate is \(rate); expected a number above 0")
        }
        let token = Self.newToken()
        do {
            let key = AccessKey(name: name, scopes: try AccessKey.scopes(scopes), token: token, rate: rate)
            try add(key)
        } catch let error as AccessKeyError.Reason {
            throw ValidationError("--scopes: \(error)")
        } catch let error as AccessKeyError {
            throw Failure("\(tokens): \(error)")
        } catch let error as FileError {
            throw Failure("\(error)")
        }
        print(token)
    }

    private func add(_ key: AccessKey) throws {
        try FileSystem.append(to: tokens) { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw AccessKeyError.line(1, .notUTF8) }
            let line = (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + key.line + "\n"
            // Checks the other lines too, and that the name is new.
            _ = try AccessKeys(text + line)
            return Array(line.utf8)
        }
    }

    /// 256 random bits in URL-safe letters, behind a word that tells finders of lost secrets what they found.
    private static func newToken() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var generator = SystemRandomNumberGenerator()
        let random = (0..<43).map { _ in letters[Int(truncatingIfNeeded: generator.next() & 63)] }
        return "elbo_" + String(decoding: random, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
